using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary><c>notify {title, message}</c>: tells the client's own people. The notification has the step's own id, so writing it again adds nothing.</summary>
internal sealed class NotifyStep() : LeadStep("notify")
{
    private const string Title = "title";

    private const string Message = "message";

    public override IEnumerable<(string Path, string Problem)> Validate(JsonElement config) =>
        [.. RequireText(config, Title), .. RequireText(config, Message)];

    public override async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var notification = new Notification
        {
            Id = context.EffectId,
            LeadId = context.Work.LeadId,
            Title = Text(context.Config, Title) ?? "",
            Message = Text(context.Config, Message) ?? "",
            CreatedAt = context.Now,
        };
        await context.Database.Documents<Notification>().TryAddAsync(notification, cancellationToken);
        return new StepOutcome.Done(new() { ["notificationId"] = notification.Id });
    }
}

/// <summary>Something that the client's own people are told.</summary>
internal sealed record Notification : IDocument<Notification>
{
    public static Collection<Notification> Collection { get; } = new("notifications", LeadsJson.Default.Notification);

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public string? LeadId { get; init; }

    public required string Title { get; init; }

    public required string Message { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
