using System.Text.Json.Serialization;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>A client as the admin API shows it.</summary>
internal sealed record ClientView(
    string ClientCode, string Name, string? Email, string TimeZone, string Region, string Currency)
{
    public required ClientStatus Status { get; init; }

    public required ClientLimits Limits { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What kind of database the client's data are in: <c>default</c> with most others', or <c>mongodb</c> of its own. Null where it was not looked up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DataSource { get; init; }

    public static ClientView Of(Client client) =>
        new(client.Id, client.Name, client.Email, client.TimeZone, client.Region, client.Currency)
        {
            Status = client.Status,
            Limits = client.Limits,
            CreatedAt = client.CreatedAt,
        };
}
