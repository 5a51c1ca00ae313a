namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>How one of a client's services is.</summary>
/// <param name="Status"><c>connected</c>, <c>configured</c>, <c>sandbox</c>, <c>not_configured</c> or <c>error</c>.</param>
/// <param name="Details">What is wrong, in the provider's words.</param>
internal sealed record ServiceState(string Status, string? Details = null)
{
    public static readonly ServiceState Connected = new("connected");

    public static readonly ServiceState Configured = new("configured");

    public static readonly ServiceState Sandbox = new("sandbox");

    public static readonly ServiceState NotConfigured = new("not_configured");

    public static ServiceState Error(string details) => new("error", details);
}
