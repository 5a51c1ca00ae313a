using System.Globalization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Bench.Crash;

/// <param name="Held">How many items a killed process held.</param>
/// <param name="Left">How many of them nobody had taken after all patience.</param>
/// <param name="After">From the kill until the last was somebody else's, or was settled.</param>
internal sealed record Takeover(int Held, int Left, TimeSpan After);

/// <summary>Looks into the services database on a server at what a killed process held.</summary>
internal sealed class LeaseWatch : IAsyncDisposable
{
    private const int Most = 10_000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ServiceProvider provider;

    private readonly IDocuments<WorkItem> work;

    /// <param name="uri">Of the services database.</param>
    public LeaseWatch(string uri)
    {
        provider = new ServiceCollection().AddStorage(storage => storage.Services = uri).BuildServiceProvider();
        work = provider.GetRequiredService<IServicesDatabase>().Documents<WorkItem>();
    }

    /// <summary>To be called right after the kill; returns when others have all that the process held.</summary>
    /// <param name="processId">Lease owners' names hold it.</param>
    public async Task<Takeover> TakenOverAsync(int processId, DateTimeOffset killedAt, CancellationToken cancellationToken)
    {
        var owner = string.Create(CultureInfo.InvariantCulture, $":{processId}:");

        // What the process had sent off before it died arrives yet.
        await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        var leased = await work.QueryAsync(new DocumentQuery(Condition.Exists("lease.owner"), Most), cancellationToken);
        var held = leased.Where(item => item.Lease!.Owner.Contains(owner, StringComparison.Ordinal)).ToDictionary(item => item.Id, item => item.Lease!.Token, StringComparer.Ordinal);
        var left = held.Count;
        var after = TimeSpan.Zero;
        while (left > 0 && after < Patience)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
            var found = await work.FindManyAsync([.. held.Keys], cancellationToken);
            after = TimeProvider.System.GetUtcNow() - killedAt;
            left = found.Count(item => string.Equals(item.Lease?.Token, held[item.Id], StringComparison.Ordinal));
        }

        return new Takeover(held.Count, left, after);
    }

    public ValueTask DisposeAsync() => provider.DisposeAsync();
}
