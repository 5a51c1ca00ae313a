using Ecodrix.Server.Features.Tenants.Secrets;

namespace Ecodrix.Server.Features.Traces.Links;

/// <summary>The key that signs trace links, read once at the start. The same in every process.</summary>
internal sealed partial class TraceKey(SigningKeyDoor keys, ILogger<TraceKey> logger) : IHostedService
{
    private const string Purpose = "trace";

    /// <summary>Null when it cannot be read: then there are no links, and everything else goes on.</summary>
    public byte[]? Value { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Value = await keys.FindOrMakeAsync(Purpose, cancellationToken);
        }
        catch (Exception failure) when (SecretsDoor.IsUnreadable(failure))
        {
            LogUnreadable(failure);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "The key of trace links cannot be read; there are none until it can.")]
    private partial void LogUnreadable(Exception failure);
}
