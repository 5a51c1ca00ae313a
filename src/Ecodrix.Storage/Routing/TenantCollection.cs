using System.Security.Cryptography;
using System.Text.Json;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Storage.Routing;

/// <summary>One kind of document that tenants' databases hold. All of them together are what is moved, and what is erased in a client's own database.</summary>
public abstract class TenantCollection
{
    /// <summary>As the database calls it.</summary>
    public abstract string Name { get; }

    internal abstract Type Type { get; }

    internal abstract Task<int> CountAsync(ITenantDatabase database, CancellationToken cancellationToken);

    /// <summary>Makes the documents of one page the same there as here.</summary>
    /// <param name="after">Pages begin behind this id; empty for the first.</param>
    internal abstract Task<CopiedPage> CopyPageAsync(ITenantDatabase from, ITenantDatabase to, string after, CancellationToken cancellationToken);

    /// <summary>Deletes there, of one page of what is there, the documents that are not here.</summary>
    internal abstract Task<CopiedPage> DropPageAsync(ITenantDatabase from, ITenantDatabase to, string after, CancellationToken cancellationToken);
}

/// <param name="Last">The last id of the page; null when there was nothing left.</param>
/// <param name="Documents">How many the page had.</param>
/// <param name="Changed">How many were not the same on both sides before.</param>
/// <param name="Checksum">Over all documents of the page, whatever their order.</param>
internal sealed record CopiedPage(string? Last, int Documents, int Changed, ulong Checksum);

internal sealed class TenantCollection<T> : TenantCollection
    where T : class, IDocument<T>
{
    private const int PageSize = 200;

    public override string Name => T.Collection.Name;

    internal override Type Type => typeof(T);

    internal override Task<int> CountAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        database.Documents<T>().CountAsync(null, int.MaxValue, cancellationToken);

    internal override async Task<CopiedPage> CopyPageAsync(ITenantDatabase from, ITenantDatabase to, string after, CancellationToken cancellationToken)
    {
        var (wanted, there) = await PageAsync(from, to, after, cancellationToken);
        List<T> missing = [];
        var changed = 0;
        var checksum = 0UL;
        foreach (var document in wanted)
        {
            var bytes = BytesOf(document);
            checksum += BitConverter.ToUInt64(SHA256.HashData(bytes));
            if (!there.TryGetValue(document.Id, out var present))
            {
                missing.Add(document);
            }
            else if (!bytes.AsSpan().SequenceEqual(BytesOf(present)))
            {
                // Not a replacement: what is there may be of any version.
                await to.Documents<T>().DeleteAsync(document.Id, cancellationToken);
                missing.Add(document);
            }
        }

        if (missing.Count > 0)
        {
            await to.Documents<T>().AddManyAsync(missing, cancellationToken);
            changed = missing.Count;
        }

        return new CopiedPage(wanted.Count == 0 ? null : wanted[^1].Id, wanted.Count, changed, checksum);
    }

    internal override async Task<CopiedPage> DropPageAsync(ITenantDatabase from, ITenantDatabase to, string after, CancellationToken cancellationToken)
    {
        var (page, here) = await PageAsync(to, from, after, cancellationToken);
        var changed = 0;
        var checksum = 0UL;
        foreach (var document in page)
        {
            checksum += BitConverter.ToUInt64(SHA256.HashData(BytesOf(document)));
            if (!here.ContainsKey(document.Id))
            {
                await to.Documents<T>().DeleteAsync(document.Id, cancellationToken);
                changed++;
            }
        }

        return new CopiedPage(page.Count == 0 ? null : page[^1].Id, page.Count, changed, checksum);
    }

    private static async Task<(IReadOnlyList<T> Page, Dictionary<string, T> Others)> PageAsync(ITenantDatabase of, ITenantDatabase other, string after, CancellationToken cancellationToken)
    {
        var page = await of.Documents<T>().QueryAsync(new DocumentQuery(after.Length == 0 ? null : Condition.Gt("_id", after), PageSize), cancellationToken);
        var others = page.Count == 0 ? [] : await other.Documents<T>().FindManyAsync([.. page.Select(document => document.Id)], cancellationToken);
        return (page, others.ToDictionary(document => document.Id, StringComparer.Ordinal));
    }

    private static byte[] BytesOf(T document) => JsonSerializer.SerializeToUtf8Bytes(document, T.Collection.Json);
}

public static class TenantCollections
{
    /// <summary>Names a kind of document that is kept in tenants' databases.</summary>
    public static IServiceCollection AddTenantDocuments<T>(this IServiceCollection services)
        where T : class, IDocument<T> => services.AddSingleton<TenantCollection, TenantCollection<T>>();
}
