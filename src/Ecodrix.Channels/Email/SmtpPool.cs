using Ecodrix.Channels.Guarding;

namespace Ecodrix.Channels.Email;

/// <summary>The connections of one account: a bounded number, kept open while there is work and closed when idle.</summary>
internal sealed class SmtpPool(SmtpAccount account, GuardedConnector connector, EmailOptions options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.ConnectionsPerAccount);
    private readonly Lock _gate = new();
    private readonly Stack<SmtpConnection> _idle = new();
    private int _users;

    /// <summary>Whether nobody waits for, uses or rests in this pool.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _users is 0 && _idle.Count is 0;
            }
        }
    }

    public int IdleCount
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>Announces a user, so that the pool is not taken for empty before its first connection stands.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            _users++;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _users--;
        }
    }

    /// <summary>A connection that answered lately, or a new one. Throws what connecting throws; nothing of a message was sent.</summary>
    public async Task<SmtpConnection> TakeAsync(CancellationToken cancellationToken)
    {
        await WaitForPlaceAsync(cancellationToken);
        try
        {
            while (TryTakeIdle(out var resting))
            {
                if (clock.GetUtcNow() - resting.LastUsed <= options.TrustedFor ? resting.IsOpen : await resting.IsAliveAsync(cancellationToken))
                {
                    return resting;
                }

                resting.Dispose();
            }

            return await SmtpConnection.OpenAsync(account, connector, options, clock.GetUtcNow(), cancellationToken);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    /// <summary>Gives a connection back; one that is broken or may hold half a message is closed.</summary>
    public void Return(SmtpConnection connection, bool isClean)
    {
        if (isClean && connection.IsOpen)
        {
            connection.LastUsed = clock.GetUtcNow();
            lock (_gate)
            {
                _idle.Push(connection);
            }
        }
        else
        {
            connection.Dispose();
        }

        _places.Release();
    }

    /// <summary>Closes what nobody used for the idle time.</summary>
    public async Task CloseIdleAsync(CancellationToken cancellationToken)
    {
        List<SmtpConnection> old;
        lock (_gate)
        {
            var limit = clock.GetUtcNow() - options.IdleTimeout;
            old = [.. _idle.Where(connection => connection.LastUsed <= limit)];
            var young = _idle.Where(connection => connection.LastUsed > limit).Reverse().ToList();
            _idle.Clear();
            young.ForEach(_idle.Push);
        }

        foreach (var connection in old)
        {
            await connection.CloseAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            while (_idle.TryPop(out var connection))
            {
                connection.Dispose();
            }
        }

        _places.Dispose();
    }

    private async Task WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new PoolBusyException("All connections of the mail account are busy.");
        }
    }

    private bool TryTakeIdle(out SmtpConnection connection)
    {
        lock (_gate)
        {
            return _idle.TryPop(out connection!);
        }
    }
}

/// <summary>No connection of the account came free in time; nothing was sent, and nobody failed.</summary>
internal sealed class PoolBusyException(string message) : Exception(message);
