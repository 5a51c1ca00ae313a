using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Alerts;

/// <summary>What an operator would be told, for whoever asks.</summary>
internal static class ShowAlerts
{
    /// <param name="IsOn">Whether there is a receiver.</param>
    /// <param name="Secret">What the receiver verifies with; follows from the first encryption key.</param>
    /// <param name="Lasting">What lasts.</param>
    /// <param name="Undelivered">How many messages wait for the receiver to take them.</param>
    public sealed record View(bool IsOn, string Secret, IReadOnlyList<Matter> Lasting, int Undelivered);

    /// <param name="Type">As in the messages.</param>
    public sealed record Matter(string Type, string? ClientCode, string? Mode, DateTimeOffset Since, DateTimeOffset SeenAt, string Message);

    public static async Task<Ok<View>> HandleAsync(AlertBook book, AlertSender sender, CancellationToken cancellationToken)
    {
        var lasting = await book.LastingAsync(kind: null, cancellationToken);
        var waiting = await book.WaitingAsync(cancellationToken);
        return TypedResults.Ok(new View(sender.IsOn, sender.Secret, [.. lasting.Select(MatterOf)], waiting.Sum(alert => alert.Posts.Count)));
    }

    private static Matter MatterOf(Alert alert)
    {
        var tenant = alert.Tenant is { } owner ? TenantId.Parse(owner) : (TenantId?)null;
        return new Matter(alert.Kind, tenant?.Code, tenant?.Mode, alert.Since, alert.SeenAt, AlertWords.Of(alert, AlertState.Firing));
    }
}
