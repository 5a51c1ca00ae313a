using System.Threading.Channels;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Delivery;

/// <summary>Has what was held go on when a hold has ended.</summary>
/// <remarks>
/// Each walk is repeated a little later: who looked at the holds a moment before the end may have laid something to rest a
/// moment after the walk. At the start all is walked once, for the process that ended a hold may have died before its walk.
/// </remarks>
internal sealed partial class HeldReleases(IServiceProvider services, TimeProvider clock, ILogger<HeldReleases> logger) : BackgroundService
{
    /// <summary>Longer than anybody goes by an old look at the holds.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    private readonly Channel<TenantId?> asked = System.Threading.Channels.Channel.CreateUnbounded<TenantId?>();

    /// <summary>Returns at once.</summary>
    /// <param name="tenant">Null for everybody's.</param>
    public void Ask(TenantId? tenant) => asked.Writer.TryWrite(tenant);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Resolved here: what the engine asks about holds asks for this.
        var control = services.GetRequiredService<IWorkControl>();
        Ask(tenant: null);
        var again = new HashSet<TenantId?>();
        DateTimeOffset? at = null;
        try
        {
            while (true)
            {
                var scopes = Taken();
                await ReleaseAsync(control, scopes, stoppingToken);
                if (at <= clock.GetUtcNow())
                {
                    await ReleaseAsync(control, again, stoppingToken);
                    (again, at) = ([], null);
                }

                again.UnionWith(scopes);
                at = again.Count == 0 ? null : at ?? clock.GetUtcNow() + Again;
                await WaitAsync(at, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was asked for is walked at the next start.
        }
    }

    /// <summary>Until something is asked for, or the time has come.</summary>
    private async Task WaitAsync(DateTimeOffset? at, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var time = at - clock.GetUtcNow();
        await Task.WhenAny(
            asked.Reader.WaitToReadAsync(over.Token).AsTask(),
            Task.Delay(time is null ? Timeout.InfiniteTimeSpan : time > TimeSpan.Zero ? time.Value : TimeSpan.Zero, clock, over.Token));
        await over.CancelAsync();
        stoppingToken.ThrowIfCancellationRequested();
    }

    private HashSet<TenantId?> Taken()
    {
        var scopes = new HashSet<TenantId?>();
        while (asked.Reader.TryRead(out var tenant))
        {
            scopes.Add(tenant);
        }

        return scopes.Contains(null) ? [null] : scopes;
    }

    private async Task ReleaseAsync(IWorkControl control, IEnumerable<TenantId?> scopes, CancellationToken cancellationToken)
    {
        foreach (var tenant in scopes)
        {
            try
            {
                var released = await control.ReleaseHeldAsync(tenant, cancellationToken);
                if (released > 0)
                {
                    LogReleased(released);
                }
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // The second walk, or the next one, makes up for it; under both lies the engine's net.
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} items that were held go on.")]
    private partial void LogReleased(int count);

    [LoggerMessage(LogLevel.Warning, "What was held could not be looked for; a later walk does it.")]
    private partial void LogFailed(Exception failure);
}
