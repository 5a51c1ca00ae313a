using Ecodrix.Storage;

namespace Ecodrix.Engine.Retention;

/// <summary>How far the walk over old work has come, and which process walks. There is one.</summary>
/// <param name="Owner">Null while nobody walks.</param>
/// <param name="HeldUntil">When another may take over from an owner that is silent.</param>
/// <param name="Reached">Everything of a smaller id was looked at; what was still waiting then is looked at again by the next whole walk.</param>
/// <param name="WholeSince">When the last walk over everything began.</param>
internal sealed record RetentionWalk(string Id, long Version, string? Owner, DateTimeOffset HeldUntil, string Reached, DateTimeOffset WholeSince) : IDocument<RetentionWalk>
{
    public const string Only = "work";

    public static Collection<RetentionWalk> Collection { get; } = new("retention", EngineJson.Default.RetentionWalk);

    /// <summary>Whether everything is walked over this time, and not only what has come of age since the last time.</summary>
    public bool IsWhole => Reached.Length == 0;
}
