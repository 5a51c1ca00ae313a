using System.Runtime.InteropServices;

namespace Ecodrix.Storage.Routing;

/// <summary>Stands before one database: after two failures in a row, or one that took long, it refuses at once until the database answers again.</summary>
/// <param name="tenant">Whose database it is; null for the services'.</param>
/// <param name="onOpened">Whoever closes it again is told here that there is something to ask. It may be told twice.</param>
internal sealed class Breaker(TenantId? tenant, TimeProvider clock, Action<Breaker> onOpened)
{
    private const int MostFailures = 2;

    /// <summary>A failure that took so long is not waited for twice.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    private int failures;
    private volatile int closings;
    private volatile bool isOpen;

    public TenantId? Tenant => tenant;

    public bool IsOpen => isOpen;

    /// <exception cref="DatabaseUnavailableException">The database does not answer, or did not a moment ago; it names the tenant, if it is one's.</exception>
    public Task<TResult> UseAsync<TResult>(Func<Task<TResult>> use)
    {
        if (isOpen)
        {
            return Task.FromException<TResult>(Refusal());
        }

        var began = new Beginning(clock.GetTimestamp(), closings);
        Task<TResult> begun;
        try
        {
            begun = use();
        }
        catch (DatabaseUnavailableException failure)
        {
            return Task.FromException<TResult>(Judge(failure, began));
        }

        if (!begun.IsCompletedSuccessfully)
        {
            return WatchAsync(begun, began);
        }

        Succeed();
        return begun;
    }

    /// <summary>As <see cref="UseAsync"/>, but its failure is no sign that the database is down.</summary>
    public Task<TResult> PassAsync<TResult>(Func<Task<TResult>> use) => isOpen ? Task.FromException<TResult>(Refusal()) : use();

    /// <summary>The database has answered. What was begun before and fails later says nothing any more.</summary>
    public void Close()
    {
        Interlocked.Increment(ref closings);
        failures = 0;
        isOpen = false;
    }

    private DatabaseUnavailableException Refusal() =>
        new($"The database of {tenant?.Value ?? "services"} did not answer a moment ago.") { Tenant = tenant };

    private async Task<TResult> WatchAsync<TResult>(Task<TResult> use, Beginning began)
    {
        try
        {
            var result = await use;
            Succeed();
            return result;
        }
        catch (DatabaseUnavailableException failure)
        {
            throw Judge(failure, began);
        }
    }

    private void Succeed()
    {
        if (failures != 0)
        {
            failures = 0;
        }
    }

    private DatabaseUnavailableException Judge(DatabaseUnavailableException failure, Beginning began)
    {
        var tells = !failure.IsBusy && began.Closings == closings;
        if (tells && (Interlocked.Increment(ref failures) >= MostFailures || clock.GetElapsedTime(began.At) >= Long))
        {
            isOpen = true;
            onOpened(this);
        }

        return failure.Tenant is not null || tenant is null ? failure : new DatabaseUnavailableException(failure.Message, failure) { Tenant = tenant, IsBusy = failure.IsBusy };
    }

    /// <param name="At">The clock's timestamp.</param>
    /// <param name="Closings">How often the breaker had been closed by then.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Beginning(long At, int Closings);
}
