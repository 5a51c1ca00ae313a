using Ecodrix.Server.Features.Tenants.Clients;

namespace Ecodrix.Server.Features.Tenants.Account;

/// <summary>A client as it sees itself.</summary>
/// <param name="Mode">Which of its two tenants the caller's key opens.</param>
internal sealed record AccountView(string ClientCode, string Name, string? Email, string Mode, ClientStatus Status, ClientLimits Limits)
{
    public required string TimeZone { get; init; }

    public required string Region { get; init; }

    public required string Currency { get; init; }

    public bool RequireConsent { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static AccountView Of(Client client, string mode) =>
        new(client.Id, client.Name, client.Email, mode, client.Status, client.Limits)
        {
            TimeZone = client.TimeZone,
            Region = client.Region,
            Currency = client.Currency,
            RequireConsent = client.RequireConsent,
            CreatedAt = client.CreatedAt,
        };
}
