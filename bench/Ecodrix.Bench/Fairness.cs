using System.Globalization;
using Ecodrix.Bench.Outside;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench;

/// <summary>How much the neighbours are measured with.</summary>
/// <param name="Waiting">How many jobs the noisy ones have waiting, at least. So many more are added that the noise outlasts the measurement.</param>
/// <param name="Noisy">How many noisy tenants there are in the last measurement.</param>
internal sealed record FairnessPlan(int Waiting, int Noisy)
{
    /// <summary>B's triggers a second: less than an even share of what the machine does, or B would be no quiet tenant beside a hundred others.</summary>
    public double Rate { get; init; } = 20;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>What a quiet tenant felt beside one kind of noise.</summary>
/// <param name="WaitingBefore">Of the noisy tenants, counted to 10,000 each, when the measurement began.</param>
/// <param name="WaitingAfter">When it ended: 0 means that part of it had no neighbour.</param>
internal sealed record Neighbourhood(string Name, Latencies Latencies, long WaitingBefore, long WaitingAfter);

/// <param name="Idle">Before the first noise and after each, together: no moment's luck decides the ratios.</param>
internal sealed record FairnessReport(Latencies Idle, IReadOnlyList<Neighbourhood> Neighbourhoods);

/// <summary>What a quiet tenant feels of its noisy neighbours: from its trigger to its message at the provider.</summary>
internal sealed class Fairness(FairnessPlan plan, World world, ServerUnderTest server)
{
    private const int BatchSize = 500;

    /// <summary>How many times as much is added as has to wait.</summary>
    private const int Events = 8;

    /// <summary>As <see cref="Events"/>: a job that does nothing is done sooner.</summary>
    private const int Jobs = 32;

    /// <summary><c>fairness [waiting] [noisy tenants]</c></summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var plan = new FairnessPlan(Arguments.Number(arguments, 10_000), Arguments.Number(arguments, 100, at: 1));
        var report = await MeasureAsync(plan, cancellationToken);
        var table = new Table("B, while", "triggers", "p50", "p95", "ratio of p95", "missing or doubled", "waiting before", "after");
        var idle = report.Idle.At(0.95);
        foreach (var (name, latencies, before, after) in report.Neighbourhoods.Prepend(new Neighbourhood("nobody else works", report.Idle, 0, 0)))
        {
            table.Add(
                name, Table.Number(latencies.Count), Table.Ms(latencies.At(0.5)), Table.Ms(latencies.At(0.95)), Table.Ratio(latencies.At(0.95) / idle),
                Table.Number(latencies.Errors), Table.Number(before), Table.Number(after));
        }

        table.Write(Console.Out);
    }

    public static async Task<FairnessReport> MeasureAsync(FairnessPlan plan, CancellationToken cancellationToken)
    {
        await using var world = await World.StartAsync();
        await using var server = new ServerUnderTest(world.Settings);
        await server.StartAsync(cancellationToken);
        return await new Fairness(plan, world, server).MeasureAsync(cancellationToken);
    }

    private async Task<FairnessReport> MeasureAsync(CancellationToken cancellationToken)
    {
        var quiet = await world.CreateTenantAsync(server, "QUIET", cancellationToken);
        await quiet.PostAsync("/api/crm/automations", Rules.WhatsApp, cancellationToken);
        var noisy = new List<Tenant>();
        for (var number = 0; number < plan.Noisy; number++)
        {
            noisy.Add(await server.CreateTenantAsync($"NOISY{number}", cancellationToken));
            await noisy[^1].PostAsync("/api/crm/automations", Rules.OneMessage, cancellationToken);
        }

        var (events, jobs) = (plan.Waiting * Events, plan.Waiting * Jobs);
        var noises = new (string Name, List<Tenant> Noisy, Func<Task> MakeAsync)[]
        {
            (string.Create(CultureInfo.InvariantCulture, $"{events:#,0} events of A wait"), noisy[..1], () => FireAsync(noisy[..1], events, cancellationToken)),
            (string.Create(CultureInfo.InvariantCulture, $"{jobs:#,0} bulk jobs of A wait"), noisy[..1], () => FloodAsync(noisy[0], jobs, cancellationToken)),
            (string.Create(CultureInfo.InvariantCulture, $"{events:#,0} events of {plan.Noisy} tenants wait"), noisy, () => FireAsync(noisy, events, cancellationToken)),
        };

        // So that the compiler is through with what the noise does.
        await FireAsync(noisy, plan.Waiting, cancellationToken);
        await server.DrainedAsync(cancellationToken);

        var idle = await AloneAsync(quiet, "before all", cancellationToken);
        var neighbourhoods = new List<Neighbourhood>();
        foreach (var (name, makers, makeAsync) in noises)
        {
            neighbourhoods.Add(await AmidAsync(quiet, name, makers, makeAsync, cancellationToken));
            idle.Add(await AloneAsync(quiet, "after " + name, cancellationToken));
        }

        return new FairnessReport(idle, neighbourhoods);
    }

    /// <summary>Measured once it has gone on for as long: what a noise leaves behind to be tidied up is over then.</summary>
    private async Task<Latencies> AloneAsync(Tenant quiet, string when, CancellationToken cancellationToken)
    {
        await EffectLatency.MeasureAsync(world, [quiet], "warm " + when, plan.Rate, plan.Duration, cancellationToken);
        return await EffectLatency.MeasureAsync(world, [quiet], "alone " + when, plan.Rate, plan.Duration, cancellationToken);
    }

    private async Task<Neighbourhood> AmidAsync(Tenant quiet, string name, List<Tenant> noisy, Func<Task> makeNoiseAsync, CancellationToken cancellationToken)
    {
        await makeNoiseAsync();
        var before = await DepthAsync(noisy, cancellationToken);
        var latencies = await EffectLatency.MeasureAsync(world, [quiet], name, plan.Rate, plan.Duration, cancellationToken);
        var after = await DepthAsync(noisy, cancellationToken);
        await server.DrainedAsync(cancellationToken);

        return new Neighbourhood(name, latencies, before, after);
    }

    /// <summary>Real events, scheduled so that all fall due at one moment, and waits for it.</summary>
    private static async Task FireAsync(List<Tenant> noisy, int waiting, CancellationToken cancellationToken)
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(5 + (waiting / 2_000));
        var events = Enumerable.Range(0, waiting).Select(number => (Tenant: noisy[number % noisy.Count], Phone: number / noisy.Count % 300));
        await Parallel.ForEachAsync(
            events.GroupBy(fired => fired.Tenant).SelectMany(of => of.Chunk(BatchSize)),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (batch, token) =>
            {
                var body = new
                {
                    events = batch.Select(fired => new
                    {
                        trigger = "bench_run",
                        phone = string.Create(CultureInfo.InvariantCulture, $"+9198763{fired.Phone:00000}"),
                        createLeadIfMissing = true,
                        variables = new { date = "15 March" },
                        runAt = due,
                    }),
                };
                await batch[0].Tenant.PostAsync("/api/saas/workflows/trigger/batch", body, token);
            });
        if (due - TimeProvider.System.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }
    }

    private async Task FloodAsync(Tenant noisy, int jobs, CancellationToken cancellationToken) =>
        await server.SendAsync(HttpMethod.Post, "/bench/flood", new { tenant = noisy.Code + "_test", count = jobs, isBulk = true }, cancellationToken);

    private static async Task<long> DepthAsync(List<Tenant> noisy, CancellationToken cancellationToken)
    {
        var depth = 0L;
        foreach (var tenant in noisy)
        {
            depth += await tenant.QueueDepthAsync(cancellationToken);
        }

        return depth;
    }
}
