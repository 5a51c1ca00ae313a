using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>Stops rules that trigger each other without end: by depth, and by how many events one root has caused.</summary>
internal sealed class LoopGuard(IServicesDatabase services)
{
    private readonly IDocuments<EventChain> chains = services.Documents<EventChain>();

    /// <returns>Why the event's runs must not happen; null when they may.</returns>
    public async Task<string?> ProblemAsync(Lineage lineage, CancellationToken cancellationToken)
    {
        if (lineage.RootId is not { } root)
        {
            return null;
        }

        if (lineage.Depth > Lineage.MaxDepth)
        {
            return $"Rules triggered each other more than {Lineage.MaxDepth} levels deep.";
        }

        return await CountAsync(root, cancellationToken) > Lineage.MaxEvents
            ? $"One event caused more than {Lineage.MaxEvents} others."
            : null;
    }

    private async Task<int> CountAsync(string root, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await chains.FindAsync(root, cancellationToken) is not { } chain)
            {
                if (await chains.TryAddAsync(new EventChain(root, 1, 1), cancellationToken))
                {
                    return 1;
                }
            }
            else if (chain.Events > Lineage.MaxEvents)
            {
                return chain.Events;
            }
            else if (await chains.TryReplaceAsync(chain with { Version = chain.Version + 1, Events = chain.Events + 1 }, cancellationToken))
            {
                return chain.Events + 1;
            }
        }
    }
}
