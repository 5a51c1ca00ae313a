using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ecodrix.Engine.Jobs;

/// <summary>Shares the processor time of this process's workers between the tenants: whoever has had least goes first.</summary>
/// <remarks>
/// A worker's pass is many short pieces of code between waits. Left to the thread pool, which knows no tenants, a piece of
/// one would stand behind those of all others, and so would the requests that come in. Here each tenant has a scheduler of
/// its own; a few threads beside the pool run their pieces, the next always of the tenant that has used least. The pool is
/// left to the requests, and the operating system shares the processor between the two, the larger part to the pool. One
/// that comes back after a pause is put ahead of the rest, but not by more than a moment: having been away earns nothing
/// else. Where many are busy, an even share of the processor would be too small to be quick with; so a tenant with much less
/// under way than the others goes before them, save each fourth time. What finds work for all goes before any.
/// </remarks>
internal sealed class FairProcessor
{
    private const int MostKnown = 10_000;

    /// <summary>How far ahead of the others one is put that was away, in seconds.</summary>
    private const double Courtesy = 0.005;

    /// <summary>What a piece is taken to need while it runs, in seconds.</summary>
    private const double Guess = 0.000_1;

    /// <summary>So often those go first that have much under way, or the others might never leave them a turn.</summary>
    private const int TurnOfTheHeavy = 4;

    private readonly Lock door = new();
    private readonly ConcurrentDictionary<string, Part> parts = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Part, double> light = new();
    private readonly PriorityQueue<Part, double> heavy = new();
    private readonly int width;
    private readonly Crew crew;
    private readonly Part first;
    private int running;
    private int underWay;
    private int tenantsUnderWay;
    private int turn;
    private double least;

    public FairProcessor()
        : this(Environment.ProcessorCount)
    {
    }

    /// <param name="width">How many pieces run at once.</param>
    internal FairProcessor(int width)
    {
        this.width = width;
        crew = new Crew("worker", Run);
        first = new Part(this) { GoesFirst = true };
    }

    /// <summary>Begins what is no tenant's and what all of them wait for.</summary>
    /// <returns>Ends as the work ends.</returns>
    public Task RunFirstAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, first).Unwrap();

    /// <summary>Begins a tenant's work in its turn. What follows its awaits has its turn too.</summary>
    /// <returns>Ends as the work ends.</returns>
    public async Task RunAsync(string tenant, Func<Task> work)
    {
        var part = Enter(tenant);
        try
        {
            // Nothing to cancel here: the work ends by its own tokens.
            await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, part).Unwrap();
        }
        finally
        {
            Leave(part);
        }
    }

    private Part Enter(string tenant)
    {
        if (parts.Count > MostKnown)
        {
            Forget();
        }

        var part = parts.GetOrAdd(tenant, static (_, self) => new Part(self), this);
        lock (door)
        {
            underWay++;
            tenantsUnderWay += part.UnderWay++ == 0 ? 1 : 0;
        }

        return part;
    }

    private void Leave(Part part)
    {
        lock (door)
        {
            underWay--;
            tenantsUnderWay -= --part.UnderWay == 0 ? 1 : 0;
        }
    }

    // One that is forgotten while it has something to run is run all the same.
    private void Forget()
    {
        foreach (var (tenant, _) in parts.Where(entry => entry.Value.IsIdle))
        {
            parts.TryRemove(tenant, out _);
        }
    }

    private void Add(Part part, Task piece)
    {
        lock (door)
        {
            part.Pieces.Enqueue(piece);
            if (!part.IsListed)
            {
                part.Used = Math.Max(part.Used, least - Courtesy);
                List(part, part.Used);
            }

            if (running == width)
            {
                return;
            }

            running++;
        }

        crew.Call();
    }

    private void List(Part part, double used)
    {
        part.IsListed = true;
        if (part.GoesFirst)
        {
            light.Enqueue(part, double.MinValue);
            return;
        }

        var isLight = part.UnderWay * 2 * tenantsUnderWay < underWay;
        (isLight ? light : heavy).Enqueue(part, used);
    }

    private void Run()
    {
        while (Next() is var (part, piece))
        {
            var started = Stopwatch.GetTimestamp();
            part.Run(piece);
            lock (door)
            {
                part.Used += Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
        }
    }

    /// <returns>Null when nothing is left, and one thread fewer runs.</returns>
    private (Part Part, Task Piece)? Next()
    {
        lock (door)
        {
            var (first, second) = ++turn % TurnOfTheHeavy == 0 ? (heavy, light) : (light, heavy);
            if (!first.TryDequeue(out var part, out var used) && !second.TryDequeue(out part, out used))
            {
                running--;
                return null;
            }

            least = Math.Max(least, used);
            var piece = part.Pieces.Dequeue();
            part.IsListed = false;
            if (part.Pieces.Count > 0)
            {
                List(part, Math.Max(used, part.Used) + Guess);
            }

            return (part, piece);
        }
    }

    /// <summary>One tenant's pieces, and how many seconds of a processor they have had.</summary>
    private sealed class Part(FairProcessor processor) : TaskScheduler
    {
        public Queue<Task> Pieces { get; } = new();

        public bool GoesFirst { get; init; }

        public double Used { get; set; }

        public int UnderWay { get; set; }

        public bool IsListed { get; set; }

        public bool IsIdle => !IsListed && UnderWay == 0;

        public void Run(Task piece) => TryExecuteTask(piece);

        protected override void QueueTask(Task task) => processor.Add(this, task);

        // Only where it is this tenant's turn anyway; elsewhere it would jump the queue.
        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
            !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks()
        {
            lock (processor.door)
            {
                return [.. Pieces];
            }
        }
    }
}
