using System.Text.Json;
using Ecodrix.Server.Features.Restores.Epochs;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Restores.Backups;

/// <summary>Copies all database files while the server works. Copied back, they are recognised as restored at the next start.</summary>
internal static class MakeBackup
{
    /// <param name="Folder">Absolute, on the server's machine; empty or not there.</param>
    public sealed record Request(string? Folder);

    public static async Task<Results<Ok<BackupView>, Failure>> HandleAsync(
        Request request, Actor actor, BackupPlace place, AuditLog audit, CancellationToken cancellationToken)
    {
        if (request.Folder is not { Length: > 0 } folder || !Path.IsPathFullyQualified(folder))
        {
            return new Failure(new ValidationErrors("folder", "must be an absolute path on the server's machine"));
        }

        var (view, refusal) = await place.CopyAllAsync(Path.GetFullPath(folder), cancellationToken);
        if (view is null)
        {
            return new Failure(refusal!);
        }

        await audit.WriteAsync(actor, "backup.made", null, cancellationToken);
        return TypedResults.Ok(view);
    }
}

/// <param name="Folder">Where the copies lie: <c>services.db</c>, and <c>tenants/</c> with a file for each client and each test twin.</param>
/// <param name="TakenAt">The moment of the services' copy; the tenants' are a little younger.</param>
internal sealed record BackupView(string Folder, DateTimeOffset TakenAt, int Files, long Bytes);

/// <summary>Makes one backup at a time.</summary>
/// <remarks>
/// The services' file goes first. So what a tenant's copy has and the services' copy does not know of yet is done again under
/// the same ids after a restore, which is doing it once; the other way round, accepted work would lack its lead. A crash
/// leaves a folder without <c>backup.json</c>, which is written last.
/// </remarks>
internal sealed class BackupPlace(IServiceProvider services, ClientsDoor clients, EpochBook epochs, TimeProvider clock) : IDisposable
{
    private const int AtOnce = 200;

    private const string Manifest = "backup.json";

    private readonly SemaphoreSlim making = new(1);

    /// <returns>Either what was made or why nothing was.</returns>
    public async Task<(BackupView? View, Error? Refusal)> CopyAllAsync(string folder, CancellationToken cancellationToken)
    {
        if (services.GetService<IFileBackup>() is not { } files)
        {
            return (null, RestoreErrors.NoFiles);
        }

        if (!await making.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return (null, RestoreErrors.BackupRunning);
        }

        try
        {
            return IsFit(folder) ? (await CopyAsync(files, folder, cancellationToken), null) : (null, RestoreErrors.FolderRefused);
        }
        finally
        {
            making.Release();
        }
    }

    public void Dispose() => making.Dispose();

    private static bool IsFit(string folder)
    {
        try
        {
            return !Directory.CreateDirectory(folder).EnumerateFileSystemInfos().Any();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task<BackupView> CopyAsync(IFileBackup files, string folder, CancellationToken cancellationToken)
    {
        var takenAt = clock.GetUtcNow();
        var first = Path.Combine(folder, "services.db");
        await files.CopyServicesAsync(first, cancellationToken);

        // From here on the copy is older than its mark.
        await epochs.AdvanceAsync(beyond: null, cancellationToken);
        var (count, bytes) = (1, new FileInfo(first).Length);
        IReadOnlyList<ListedClient> page;
        for (var skip = 0; (page = await clients.ListAsync(skip, AtOnce, cancellationToken)).Count > 0; skip += page.Count)
        {
            foreach (var tenant in page.SelectMany(client => new[] { client.TenantOf(isTest: false), client.TenantOf(isTest: true) }))
            {
                var path = Path.Combine(folder, "tenants", tenant.Value + ".db");
                if (await files.CopyTenantAsync(tenant, path, cancellationToken))
                {
                    (count, bytes) = (count + 1, bytes + new FileInfo(path).Length);
                }
            }
        }

        var view = new BackupView(folder, takenAt, count, bytes);
        await File.WriteAllBytesAsync(Path.Combine(folder, Manifest), JsonSerializer.SerializeToUtf8Bytes(view, RestoresJson.Default.BackupView), cancellationToken);
        return view;
    }
}
