namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Hears when a client has set its WhatsApp number or business id, after the change is durable.</summary>
/// <remarks>A crash before it hears is possible: who depends on hearing looks again by itself.</remarks>
internal interface INumberListener
{
    /// <param name="number">Null when it was not set.</param>
    /// <param name="businessId">Null when it was not set.</param>
    Task OnClaimedAsync(string? number, string? businessId, CancellationToken cancellationToken);
}
