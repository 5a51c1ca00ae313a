using System.Text;
using Ecodrix.Server.Commands;
using Ecodrix.Server.Commands.Listening;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>The command <c>listen</c> as it runs, by a clock of the test's where it waits to come back.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource ctrlC = new();

    private readonly SharedWriter screen = new();

    private readonly Forwarder forwarder;

    private readonly EngineApi api;

    private Listener(Uri server, ClientKey key, Uri receiver, TimeProvider clock)
    {
        forwarder = new Forwarder(receiver);
        api = new EngineApi(new HttpClient { BaseAddress = server }, () => throw new InvalidOperationException("Listening takes no admin key."), local: null);
        Work = new ListenSession(api, key, forwarder, new ListenScreen(screen), clock).RunAsync(ctrlC.Token);
    }

    /// <summary>Ends with Ctrl+C, or when the key opens nothing.</summary>
    public Task Work { get; }

    public string Screen => screen.ToString();

    public static Listener Start(TenantClient tenant, Uri receiver, TimeProvider? clock = null, string? key = null, Uri? over = null) =>
        new(over ?? tenant.Server.Address, new ClientKey(tenant.Code, key ?? tenant.LiveKey), receiver, clock ?? TimeProvider.System);

    /// <summary>Waits until the screen says something so many times.</summary>
    /// <exception cref="TimeoutException">It never did; the message holds what the screen says.</exception>
    public async Task UntilAsync(string words, int times = 1)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Screen.Split(words).Length <= times)
        {
            if (Work.IsFaulted)
            {
                await Work;
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException(Screen);
            }

            await ticks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ctrlC.CancelAsync();
        await Work.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await api.DisposeAsync();
        forwarder.Dispose();
        ctrlC.Dispose();
        await screen.DisposeAsync();
    }
}

/// <summary>Written by one thread while another reads.</summary>
internal sealed class SharedWriter : TextWriter
{
    private readonly StringBuilder text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (text)
        {
            text.Append(value);
        }
    }

    public override void Write(string? value)
    {
        lock (text)
        {
            text.Append(value);
        }
    }

    public override string ToString()
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
