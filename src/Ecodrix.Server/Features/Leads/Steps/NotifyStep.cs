using System.Text.Json;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Notifications;

namespace Ecodrix.Server.Features.Leads.Steps;

/// <summary><c>notify {title, message}</c>: tells the client's own people. The notification has the step's own id, so writing it again adds nothing.</summary>
internal sealed class NotifyStep(NotificationDoor notifications) : LeadStep("notify")
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
        await notifications.TellAsync(context.Database, notification, cancellationToken);
        return new StepOutcome.Done(new() { ["notificationId"] = notification.Id });
    }
}
