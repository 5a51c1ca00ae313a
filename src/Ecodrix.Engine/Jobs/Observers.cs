using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Engine.Jobs;

/// <summary>Tells the program around the engine what has become durable.</summary>
/// <remarks>Resolved when first needed: an observer may itself accept events.</remarks>
internal sealed partial class Observers(IServiceProvider provider, ITenantDatabases databases, ILogger<Observers> logger)
{
    private readonly Lazy<IWorkObserver[]> all = new(() => [.. provider.GetServices<IWorkObserver>()]);

    public bool MustHear(WorkItem? before, WorkItem after) => Array.Exists(all.Value, observer => observer.MustHear(before, after));

    /// <returns>False when one failed and is to be told again.</returns>
    public async Task<bool> TellAsync(ITenantDatabase? database, WorkItem? before, WorkItem after, CancellationToken cancellationToken)
    {
        if (all.Value.Length == 0)
        {
            return true;
        }

        var told = true;
        foreach (var observer in all.Value)
        {
            try
            {
                database ??= await databases.OpenAsync(TenantId.Parse(after.Tenant), cancellationToken);
                await observer.OnSettledAsync(database, before, after, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogObserverFailed(observer.GetType().Name, after.Id, failure);
                told = false;
            }
        }

        return told;
    }

    [LoggerMessage(LogLevel.Warning, "{Observer} failed to take in what became of work {WorkId}; it is told again.")]
    private partial void LogObserverFailed(string observer, string workId, Exception failure);
}
