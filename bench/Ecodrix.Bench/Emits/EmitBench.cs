using System.Globalization;
using Ecodrix.Bench.Dashboards;

namespace Ecodrix.Bench.Emits;

/// <summary>What a delivery costs the server when it emits to a room of many, beside the reference server on Node in the same run.</summary>
internal static class EmitBench
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary><c>emit [clients] [seconds]</c>: at 20, 100 and 200 emits a second.</summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var clients = Arguments.Number(arguments, 1_000);
        var duration = TimeSpan.FromSeconds(Arguments.Number(arguments, 10, at: 1));
        var reports = new List<EmitReport>();
        foreach (var rate in (int[])[20, 100, 200])
        {
            reports.Add(await MeasureAsync(new EmitPlan(clients, rate, duration), cancellationToken));
        }

        Write(clients, reports);
    }

    /// <summary>One server after the other, with the same clients and at the same rate.</summary>
    public static async Task<EmitReport> MeasureAsync(EmitPlan plan, CancellationToken cancellationToken)
    {
        var node = Emitter.WhyNoNode is null ? await MeasureAsync(await Emitter.StartNodeAsync(cancellationToken), plan, cancellationToken) : null;
        return new EmitReport(plan, node, await MeasureAsync(await Emitter.StartOwnAsync(cancellationToken), plan, cancellationToken));
    }

    private static async Task<Emitted> MeasureAsync(Emitter started, EmitPlan plan, CancellationToken cancellationToken)
    {
        await using var emitter = started;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var onlooker = new Counter();
        var looking = new List<Task>();
        for (var number = 0; number < plan.Clients; number++)
        {
            var dashboard = new Dashboard(emitter.Address, "{}", recovers: false, onlooker);
            looking.Add(dashboard.RunAsync(stop.Token));
            await dashboard.Connected;
        }

        await emitter.EmitAsync(plan.EmitsIn(WarmUp), plan.Between, cancellationToken);
        onlooker.Forget();
        var used = await emitter.EmitAsync(plan.EmitsIn(plan.Duration), plan.Between, cancellationToken);
        var heard = onlooker.Heard;
        await stop.CancelAsync();
        await Task.WhenAll(looking);
        return new Emitted(used, heard);
    }

    private static void Write(int clients, IReadOnlyList<EmitReport> reports)
    {
        var table = new Table(string.Create(CultureInfo.InvariantCulture, $"emits to {clients:#,0} clients"), "Node, each delivery", "of it in the kernel", "this library", "of it in the kernel", "ratio", "missing");
        foreach (var (plan, node, own) in reports)
        {
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"{plan.Rate}/s"),
                node is null ? "" : Each(node.Used.All, plan),
                node is null ? "" : Each(node.Used.Kernel, plan),
                Each(own.Used.All, plan),
                Each(own.Used.Kernel, plan),
                node is null ? "" : Table.Ratio(own.Used.All / node.Used.All),
                Table.Number((plan.Deliveries * (node is null ? 1 : 2)) - own.Heard - (node?.Heard ?? 0)));
        }

        if (Emitter.WhyNoNode is { } why)
        {
            table.Note("without Node: " + why);
        }

        table.Write(Console.Out);
    }

    private static string Each(TimeSpan used, EmitPlan plan) => (used.TotalMicroseconds / plan.Deliveries).ToString("0.0", CultureInfo.InvariantCulture) + " µs";

    private sealed class Counter : IOnlooker
    {
        private long heard;

        public long Heard => Interlocked.Read(ref heard);

        public void Forget() => Interlocked.Exchange(ref heard, 0);

        public void Hear(ReadOnlySpan<byte> frame, bool isLive) => Interlocked.Increment(ref heard);

        public void ComeBack(bool isRecovered)
        {
            // What it missed is not counted, and shows.
        }

        public void Lose()
        {
            // As above.
        }
    }
}

/// <param name="Rate">Emits a second to the room of all clients.</param>
internal sealed record EmitPlan(int Clients, int Rate, TimeSpan Duration)
{
    public TimeSpan Between => TimeSpan.FromSeconds(1) / Rate;

    public long Deliveries => (long)EmitsIn(Duration) * Clients;

    public int EmitsIn(TimeSpan duration) => (int)(duration / Between);
}

/// <param name="Node">Null where Node is missing.</param>
internal sealed record EmitReport(EmitPlan Plan, Emitted? Node, Emitted Own);

/// <param name="Heard">Deliveries that came to a client.</param>
internal sealed record Emitted(Processor Used, long Heard);
