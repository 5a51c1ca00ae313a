using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Alerts;

internal static class AlertErrors
{
    public static readonly Error NoReceiver = Errors.NotConfigured with { Message = "There is no receiver of alerts.", Hint = "Set ECODRIX_ALERT_URL and start again." };

    public static readonly Error NotTaken = Errors.UpstreamFailed with { Message = "The receiver of alerts did not take the message." };
}
