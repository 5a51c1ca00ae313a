using System.Text.Json;

namespace Ecodrix.Engine.Jobs;

/// <summary>What has become known of an effect whose outcome was unknown: the provider told of it, or a person looked.</summary>
public sealed record Verdict(VerdictKind Kind)
{
    /// <summary>For <see cref="VerdictKind.Failed"/>: the provider's own code, or ours.</summary>
    public string? Code { get; init; }

    /// <summary>For <see cref="VerdictKind.Failed"/>: the provider's words, or ours.</summary>
    public string? Why { get; init; }

    /// <summary>For <see cref="VerdictKind.Sent"/>: names the effect; null keeps what the step names already.</summary>
    public JsonElement? Result { get; init; }
}

public enum VerdictKind
{
    /// <summary>It happened.</summary>
    Sent,

    /// <summary>It did not happen.</summary>
    Failed,

    /// <summary>Nobody can tell, and it is to be attempted afresh all the same.</summary>
    Resend,
}
