using System.Text.Json;
using System.Threading.Channels;
using Ecodrix.SocketIO;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime.Listening;

/// <summary>Brings callbacks to the listeners, beside the delivery and never in its way.</summary>
/// <remarks>What waits here is bounded, and a crash loses it: a listener is a developer who looks on, not a receiver.</remarks>
internal sealed partial class ListenRelay(ISocketServer sockets, ILogger<ListenRelay> logger) : BackgroundService
{
    private const int MostWaiting = 256;

    private readonly Channel<(TenantId Tenant, OverheardCallback Callback)> waiting =
        Channel.CreateBounded<(TenantId, OverheardCallback)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Tell(TenantId tenant, OverheardCallback callback) => waiting.Writer.TryWrite((tenant, callback));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (tenant, callback) in waiting.Reader.ReadAllAsync(stoppingToken))
            {
                await BringAsync(tenant, callback);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the relay.
        }
    }

    private async Task BringAsync(TenantId tenant, OverheardCallback callback)
    {
        try
        {
            var payload = JsonSerializer.SerializeToElement(callback, RealtimeJson.Default.OverheardCallback);
            await sockets.To(RoomNames.Of(tenant, ListenRequest.Room)).EmitAsync(ListenRequest.EventName, payload);
        }
        catch (Exception failure)
        {
            // The way to the other processes may be closed; the next one tries again.
            LogNotBrought(callback.CallbackLogId, failure);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Callback {CallbackLogId} could not be brought to listeners.")]
    private partial void LogNotBrought(string callbackLogId, Exception failure);
}
