using System.Globalization;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>Where a client's databases are.</summary>
/// <param name="Uri">A secret; null for where most are.</param>
/// <param name="Hold">Set while they are being moved and nobody may use them.</param>
internal sealed record Placement(string? Uri, MoveHold? Hold)
{
    /// <summary>When this was read.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>What the API tells of it: never more than the kind.</summary>
    public string Kind => Uri is null ? "default" : Uri.StartsWith("sqlite:", StringComparison.Ordinal) ? "sqlite" : "mongodb";

    public static Placement Of(OpenedSecrets? secrets) =>
        secrets is null ? new Placement(null, null) : new Placement(secrets.Find(SecretName.DataSource), MoveHold.Read(secrets.Find(SecretName.MoveHold)));

    /// <summary>Names no address.</summary>
    public override string ToString() => Kind;
}

/// <summary>Keeps everybody from a client's databases while they are switched. It ends by itself, should who holds it die.</summary>
/// <param name="Token">Whose hold it is.</param>
internal sealed record MoveHold(string Token, DateTimeOffset Until)
{
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Token} {Instants.Write(Until)}");

    public static MoveHold? Read(string? text) =>
        text?.Split(' ') is [var token, var until] && Instants.TryParse(until, out var end) ? new MoveHold(token, end) : null;
}
