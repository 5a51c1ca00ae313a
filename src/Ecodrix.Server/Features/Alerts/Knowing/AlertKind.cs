namespace Ecodrix.Server.Features.Alerts.Knowing;

/// <summary>One of the things that an operator is told of (60-admin-config.md, <c>ECODRIX_ALERT_URL</c>).</summary>
/// <param name="Name">On the wire and in the store.</param>
/// <param name="RepeatsAfter">How long nothing more is said of the same: then what lasts is told again, and what happened meanwhile is told together.</param>
internal sealed record AlertKind(string Name, TimeSpan RepeatsAfter)
{
    /// <summary>The oldest due work of a lane is older than a minute.</summary>
    public static readonly AlertKind WorkLate = new("work_late", TimeSpan.FromHours(1));

    /// <summary>The services database or a client's does not answer.</summary>
    public static readonly AlertKind DatabaseDown = new("database_down", TimeSpan.FromHours(1));

    /// <summary>A client's account at a provider is refused.</summary>
    public static readonly AlertKind CredentialsFailed = new("credentials_failed", TimeSpan.FromDays(1));

    /// <summary>Something came for a number that no client has.</summary>
    public static readonly AlertKind QuarantineGrew = new("quarantine_grew", TimeSpan.FromMinutes(15));

    /// <summary>A provider was asked and nobody knows whether it did what it was asked.</summary>
    public static readonly AlertKind EffectUnknown = new("effect_unknown", TimeSpan.FromMinutes(15));

    /// <summary>A key, or a client's token at a provider, ends within 7 days.</summary>
    public static readonly AlertKind TokenExpiring = new("token_expiring", TimeSpan.FromDays(1)) { TellsEnd = false };

    private static readonly AlertKind[] All = [WorkLate, DatabaseDown, CredentialsFailed, QuarantineGrew, EffectUnknown, TokenExpiring];

    /// <summary>Whether it is told that it is over.</summary>
    public bool TellsEnd { get; init; } = true;

    /// <exception cref="InvalidOperationException">No such kind was ever written.</exception>
    public static AlertKind Of(string name) => Array.Find(All, kind => string.Equals(kind.Name, name, StringComparison.Ordinal)) ?? throw new InvalidOperationException($"{name} is no kind of alert.");

    /// <summary>The same matter has the same id, in every process and at any time.</summary>
    /// <param name="tenant">Null where it is nobody's alone.</param>
    /// <param name="subject">Tells apart what one tenant may have several of; null where there is one.</param>
    public string IdOf(string? tenant, string? subject) => $"{Name}|{tenant}|{subject}";
}
