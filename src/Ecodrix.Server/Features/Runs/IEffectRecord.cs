using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Runs;

/// <summary>What a feature keeps of the effects of its steps, such as the message that a step sent.</summary>
internal interface IEffectRecord
{
    /// <summary>The action's type, as rules spell it.</summary>
    string StepType { get; }

    /// <summary>Lets the record show what a person found out about a step that did not know. Doing it twice is doing it once; one that is not there stays so.</summary>
    Task ResolveAsync(ITenantDatabase database, string effectId, Verdict verdict, CancellationToken cancellationToken);
}
