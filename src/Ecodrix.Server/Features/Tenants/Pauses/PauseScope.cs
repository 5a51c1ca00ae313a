using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Pauses;

/// <summary>What is to be paused or resumed. All three are optional and narrow it together; none means all due work of everybody.</summary>
/// <param name="Client">A client's code, in any case.</param>
/// <param name="Channel"><c>whatsapp</c>, <c>email</c>, <c>meet</c> or <c>callback</c>.</param>
internal sealed record PauseScope(string? Client = null, string? Channel = null, string? RuleId = null)
{
    /// <returns>The scope as pauses are kept, or why it is none.</returns>
    public async Task<(PauseScope Scope, Failure? Refusal)> CheckAsync(ClientRegistry clients, CancellationToken cancellationToken)
    {
        var scope = new PauseScope(Client?.ToUpperInvariant(), Channel, RuleId);
        if (Channel is not null && !Pause.Channels.Contains(Channel, StringComparer.Ordinal))
        {
            return (scope, new Failure(new ValidationErrors("channel", $"must be one of {string.Join(", ", Pause.Channels)}")));
        }

        if (RuleId is not null && !DocumentId.IsValid(RuleId))
        {
            return (scope, new Failure(Errors.InvalidId, new ValidationErrors("ruleId", "must have 24 lower-case hexadecimal digits")));
        }

        return scope.Client is not null && await clients.FindAsync(scope.Client, cancellationToken) is null
            ? (scope, new Failure(TenantErrors.NoSuchClient))
            : (scope, null);
    }

    public string Id => Pause.IdOf(Client, Channel, RuleId);

    public IReadOnlyDictionary<string, string?> Facts =>
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["channel"] = Channel, ["ruleId"] = RuleId };
}

/// <summary>A pause as the operator sees it.</summary>
/// <param name="Client">Null for every client; so for the other two.</param>
/// <param name="By"><c>admin:</c> and the name of the operator's key.</param>
internal sealed record PauseView(string? Client, string? Channel, string? RuleId, DateTimeOffset PausedAt, string By)
{
    public static PauseView Of(Pause pause) => new(pause.Client, pause.Channel, pause.RuleId, pause.PausedAt, pause.By);
}
