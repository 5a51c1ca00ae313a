using Ecodrix.Channels.Callbacks;
using Ecodrix.Server.Features.Alerts.Telling;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Alerts;

/// <summary>Sends a message of type <c>test</c> at once, and says what the receiver answered.</summary>
internal static class TestAlert
{
    private const string Type = "test";

    public sealed record View(string Id, int Status);

    public static async Task<Results<Ok<View>, Failure>> HandleAsync(AlertSender sender, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!sender.IsOn)
        {
            return new Failure(AlertErrors.NoReceiver);
        }

        var now = clock.GetUtcNow();
        var id = $"alert_{DocumentId.New(now)}";
        var attempt = await sender.SendAsync(id, Write(id, now), cancellationToken);
        return attempt.IsDelivered
            ? TypedResults.Ok(new View(id, attempt.Status!.Value))
            : new Failure(AlertErrors.NotTaken with { Hint = $"The message was not taken, because {attempt.Why}." });
    }

    private static string Write(string id, DateTimeOffset now) => System.Text.Encoding.UTF8.GetString(new JavaScriptWriter().StartObject()
        .Property("id", id)
        .Property("type", Type)
        .Property("state", AlertForm.NameOf(AlertState.Occurred))
        .Property("clientCode", text: null)
        .Property("mode", text: null)
        .Property("message", "This is a test. Nothing has happened.")
        .Property("since", Instants.Write(now))
        .Property("timestamp", Instants.Write(now))
        .Name("details").StartObject().EndObject().EndObject().Written.Span);
}
