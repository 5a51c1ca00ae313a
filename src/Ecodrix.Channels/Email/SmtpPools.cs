using System.Collections.Concurrent;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.Options;

namespace Ecodrix.Channels.Email;

/// <summary>A pool for each account in use. Changed credentials are another account, so an old connection is never used with them.</summary>
internal sealed class SmtpPools : IAsyncDisposable
{
    private readonly ConcurrentDictionary<SmtpAccount, SmtpPool> _pools = new();
    private readonly Func<SmtpAccount, SmtpPool> _make;
    private readonly Lock _gate = new();
    private readonly ITimer _sweep;
    private readonly CancellationTokenSource _closing = new();
    private Task _sweeping = Task.CompletedTask;

    public SmtpPools(GuardedConnector connector, IOptions<EmailOptions> options, TimeProvider clock)
    {
        _make = account => new SmtpPool(account, connector, options.Value, clock);
        var period = options.Value.IdleTimeout / 2;
        _sweep = clock.CreateTimer(_ => StartSweep(), state: null, period, period);
    }

    public int IdleConnections => _pools.Values.Sum(pool => pool.IdleCount);

    /// <summary>The account's pool, entered: whoever asks must leave it.</summary>
    public SmtpPool Enter(SmtpAccount account)
    {
        lock (_gate)
        {
            var pool = _pools.GetOrAdd(account, _make);
            pool.Enter();
            return pool;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        await _closing.CancelAsync();
        await _sweeping;
        foreach (var pool in _pools.Values)
        {
            pool.Dispose();
        }

        _closing.Dispose();
    }

    /// <summary>Closes idle connections and forgets empty pools. The timer calls it, and tests.</summary>
    internal async Task SweepAsync()
    {
        foreach (var (account, pool) in _pools)
        {
            await pool.CloseIdleAsync(_closing.Token);
            Forget(account, pool);
        }
    }

    private void Forget(SmtpAccount account, SmtpPool pool)
    {
        lock (_gate)
        {
            if (pool.IsEmpty && _pools.TryRemove(account, out _))
            {
                pool.Dispose();
            }
        }
    }

    private void StartSweep()
    {
        if (_sweeping.IsCompleted)
        {
            _sweeping = SweepAsync();
        }
    }
}
