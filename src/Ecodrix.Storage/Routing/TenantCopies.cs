namespace Ecodrix.Storage.Routing;

/// <summary>Copies a tenant's documents from one place to another. A place is null for where most are.</summary>
public interface ITenantCopies
{
    Task<long> CountAsync(string? place, TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Makes the next documents the same there as here, also while they change.</summary>
    /// <param name="at">How far an earlier call came; null begins.</param>
    /// <returns>How far this one came, and how many documents it looked at.</returns>
    Task<(CopyPoint Point, int Documents)> CopySomeAsync(CopyPath path, CopyPoint? at, CancellationToken cancellationToken);

    /// <summary>Makes all documents the same there as here, and looks again until they are. To be called while nobody writes.</summary>
    /// <param name="goOnAsync">Called every few hundred documents; false ends the attempt.</param>
    /// <returns>Of each collection how many there are and their checksum; null when the attempt was ended, or the two sides do not become the same.</returns>
    Task<IReadOnlyList<CopiedCollection>?> SettleAsync(CopyPath path, Func<Task<bool>> goOnAsync, CancellationToken cancellationToken);

    /// <summary>Erases what was left behind.</summary>
    Task EraseAsync(string? place, TenantId tenant, CancellationToken cancellationToken);
}

public sealed record CopyPath(TenantId Tenant, string? From, string? To)
{
    /// <summary>Names no address.</summary>
    public override string ToString() => Tenant.Value;
}

/// <param name="Collection">How many collections are done.</param>
/// <param name="After">The last id that was copied of the next one.</param>
public sealed record CopyPoint(int Collection, string After)
{
    public bool IsAtEnd { get; init; }
}

/// <param name="Checksum">In hexadecimal, over the documents as they are stored, whatever their order.</param>
public sealed record CopiedCollection(string Name, int Documents, string Checksum);

internal sealed class TenantCopies(RoutedTenantDatabases databases, IEnumerable<TenantCollection> kinds) : ITenantCopies
{
    private const int MostLooks = 5;

    private readonly TenantCollection[] collections = [.. kinds.OrderBy(kind => kind.Name, StringComparer.Ordinal)];

    public async Task<long> CountAsync(string? place, TenantId tenant, CancellationToken cancellationToken)
    {
        var database = await databases.At(place).OpenAsync(tenant, cancellationToken);
        var total = 0L;
        foreach (var collection in collections)
        {
            total += await collection.CountAsync(database, cancellationToken);
        }

        return total;
    }

    public async Task<(CopyPoint Point, int Documents)> CopySomeAsync(CopyPath path, CopyPoint? at, CancellationToken cancellationToken)
    {
        var (from, to) = await OpenAsync(path, cancellationToken);
        var point = at ?? new CopyPoint(0, "");
        if (point.Collection >= collections.Length)
        {
            return (point with { IsAtEnd = true }, 0);
        }

        var page = await collections[point.Collection].CopyPageAsync(from, to, point.After, cancellationToken);
        return (page.Last is { } last ? point with { After = last } : new CopyPoint(point.Collection + 1, "") { IsAtEnd = point.Collection + 1 >= collections.Length }, page.Documents);
    }

    public async Task<IReadOnlyList<CopiedCollection>?> SettleAsync(CopyPath path, Func<Task<bool>> goOnAsync, CancellationToken cancellationToken)
    {
        var (from, to) = await OpenAsync(path, cancellationToken);
        for (var look = 0; look < MostLooks; look++)
        {
            var isSame = true;
            List<CopiedCollection> seen = [];
            foreach (var collection in collections)
            {
                var here = await WalkAsync(after => collection.CopyPageAsync(from, to, after, cancellationToken), goOnAsync);
                var there = await WalkAsync(after => collection.DropPageAsync(from, to, after, cancellationToken), goOnAsync);
                if (here is null || there is null)
                {
                    return null;
                }

                isSame &= here.Changed == 0 && there.Changed == 0 && here.Documents == there.Documents && here.Checksum == there.Checksum;
                seen.Add(new CopiedCollection(collection.Name, here.Documents, here.Checksum.ToString("x16", System.Globalization.CultureInfo.InvariantCulture)));
            }

            if (isSame)
            {
                return seen;
            }
        }

        return null;
    }

    public Task EraseAsync(string? place, TenantId tenant, CancellationToken cancellationToken) => databases.At(place).DeleteAsync(tenant, cancellationToken);

    /// <returns>All pages together; null when it was ended.</returns>
    private static async Task<CopiedPage?> WalkAsync(Func<string, Task<CopiedPage>> pageAsync, Func<Task<bool>> goOnAsync)
    {
        var all = new CopiedPage("", 0, 0, 0);
        while (await pageAsync(all.Last!) is { Last: { } last } page)
        {
            all = new CopiedPage(last, all.Documents + page.Documents, all.Changed + page.Changed, all.Checksum + page.Checksum);
            if (!await goOnAsync())
            {
                return null;
            }
        }

        return all;
    }

    private async Task<(ITenantDatabase From, ITenantDatabase To)> OpenAsync(CopyPath path, CancellationToken cancellationToken) =>
        (await databases.At(path.From).OpenAsync(path.Tenant, cancellationToken), await databases.At(path.To).OpenAsync(path.Tenant, cancellationToken));
}
