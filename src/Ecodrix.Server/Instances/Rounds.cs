using System.Text.Json.Serialization;
using Ecodrix.Engine;
using Ecodrix.Storage;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Instances;

/// <summary>When something that is done from time to time was begun last, by whichever instance.</summary>
internal sealed record Round : IDocument<Round>
{
    public static Collection<Round> Collection { get; } = new("rounds", InstancesJson.Default.Round);

    /// <summary>What is done.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Owner { get; init; }

    public DateTimeOffset BeganAt { get; init; }
}

/// <summary>Has what is done from time to time done by one of the instances, and not by each.</summary>
/// <remarks>One that dies in the middle leaves the rest to the next round. An instance that does not work takes none.</remarks>
internal sealed class Rounds(IServicesDatabase services, IOptions<EngineOptions> engine, TimeProvider clock)
{
    /// <summary>Timers of several processes are never quite together.</summary>
    private const double Nearly = 0.9;

    private readonly IDocuments<Round> rounds = services.Documents<Round>();

    /// <param name="every">How often it is done.</param>
    /// <returns>Whether this instance does it now; false when another has, less than that time ago.</returns>
    public async Task<bool> TryBeginAsync(string name, TimeSpan every, CancellationToken cancellationToken)
    {
        if (engine.Value is { IsAlone: true } or { Works: false })
        {
            return engine.Value.Works;
        }

        var now = clock.GetUtcNow();
        if (await rounds.FindAsync(name, cancellationToken) is not { } last)
        {
            return await rounds.TryAddAsync(new Round { Id = name, Owner = engine.Value.Owner, BeganAt = now }, cancellationToken);
        }

        return now - last.BeganAt >= every * Nearly
            && await rounds.TryReplaceAsync(last with { Version = last.Version + 1, Owner = engine.Value.Owner, BeganAt = now }, cancellationToken);
    }
}
