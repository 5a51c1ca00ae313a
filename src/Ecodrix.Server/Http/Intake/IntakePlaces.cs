using System.Runtime.InteropServices;

namespace Ecodrix.Server.Http.Intake;

/// <summary>Bounds how many requests that bring work are under way at once, and how large their bodies are together: so memory has a bound.</summary>
/// <remarks>One who finds no place waits a moment. No tenant has more than half of the places, so that its flood leaves room for the others.</remarks>
internal sealed class IntakePlaces(TimeProvider clock)
{
    internal const int Most = 512;

    internal const long MostBytes = 16 * 1024 * 1024;

    private const int MostWaiting = 1_024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();

    private readonly LinkedList<Waiter> waiters = new();

    private readonly Dictionary<string, Held> byTenant = new(StringComparer.Ordinal);

    private Held all;

    /// <summary>Takes a place, to be given back by <see cref="Leave"/>.</summary>
    /// <param name="bytes">The size of the body, or the most that it may have.</param>
    /// <returns>False when there was none in time; then there is nothing to give back.</returns>
    public async ValueTask<bool> TryEnterAsync(string tenant, long bytes, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> place;
        lock (gate)
        {
            if (Fits(tenant, bytes))
            {
                Take(tenant, bytes);
                return true;
            }

            if (waiters.Count >= MostWaiting)
            {
                return false;
            }

            place = waiters.AddLast(new Waiter(tenant, bytes));
        }

        try
        {
            await place.Value.Granted.Task.WaitAsync(Patience, clock, cancellationToken);
            return true;
        }
        catch (Exception left) when (left is TimeoutException or OperationCanceledException)
        {
            return !GaveUp(place) && (left is TimeoutException || Returned(tenant, bytes));
        }
    }

    public void Leave(string tenant, long bytes)
    {
        lock (gate)
        {
            Put(tenant, new Held(-1, -bytes));
            for (var next = waiters.First; next is not null && all.Requests < Most;)
            {
                var (waiter, following) = (next.Value, next.Next);
                if (Fits(waiter.Tenant, waiter.Bytes))
                {
                    waiters.Remove(next);
                    Take(waiter.Tenant, waiter.Bytes);
                    waiter.Granted.SetResult();
                }

                next = following;
            }
        }
    }

    /// <returns>False when the place was granted in the same moment.</returns>
    private bool GaveUp(LinkedListNode<Waiter> place)
    {
        lock (gate)
        {
            if (place.List is null)
            {
                return false;
            }

            waiters.Remove(place);
            return true;
        }
    }

    // Granted to one whose client has gone.
    private bool Returned(string tenant, long bytes)
    {
        Leave(tenant, bytes);
        return false;
    }

    private bool Fits(string tenant, long bytes)
    {
        var own = byTenant.GetValueOrDefault(tenant);
        return all.Requests < Most && all.Bytes + bytes <= MostBytes
            && own.Requests < Most / 2 && own.Bytes + bytes <= MostBytes / 2;
    }

    private void Take(string tenant, long bytes) => Put(tenant, new Held(1, bytes));

    private void Put(string tenant, Held change)
    {
        all = all.And(change);
        var own = byTenant.GetValueOrDefault(tenant).And(change);
        if (own.Requests == 0)
        {
            byTenant.Remove(tenant);
        }
        else
        {
            byTenant[tenant] = own;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Held(int Requests, long Bytes)
    {
        public Held And(Held change) => new(Requests + change.Requests, Bytes + change.Bytes);
    }

    private sealed record Waiter(string Tenant, long Bytes)
    {
        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
