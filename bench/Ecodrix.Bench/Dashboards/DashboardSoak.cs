using System.Diagnostics;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Dashboards;

/// <summary>Many dashboards of many tenants at the real server, a part of them always leaving and coming back, while leads change.</summary>
internal sealed class DashboardSoak(SoakPlan plan, ServerUnderTest server)
{
    private const int Leads = 5;

    private const int Connections = 64;

    private const int OpeningAtOnce = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly Tally tally = new();

    private long departures;

    public static async Task<SoakReport> RunAsync(SoakPlan plan, CancellationToken cancellationToken)
    {
        await using var server = new ServerUnderTest();
        await server.StartAsync(cancellationToken);
        return await new DashboardSoak(plan, server).RunAsync(cancellationToken);
    }

    private async Task<SoakReport> RunAsync(CancellationToken cancellationToken)
    {
        var tenants = new List<SoakTenant>();
        for (var number = 0; number < plan.Tenants; number++)
        {
            tenants.Add(await SoakTenant.CreateAsync(server, $"SOAK{number}", Leads, tally, cancellationToken));
        }

        var unwatched = await UnwatchedAsync(tenants, cancellationToken);
        var before = server.ResidentBytes();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var views = new List<SoakedView>();
        var dashboards = new List<Dashboard>();
        var looking = await OpenAsync(tenants, views, dashboards, stop, cancellationToken);
        var connected = server.ResidentBytes();

        var report = await SoakAsync(tenants, views, dashboards, cancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll([.. looking, .. views.Select(view => view.Filling)]);
        return report with { CpuOfChange = unwatched, Resident = (before, connected, report.Resident.After) };
    }

    /// <returns>What the server spends on a change of which nobody is told; zero when that was not to be measured.</returns>
    private async Task<TimeSpan> UnwatchedAsync(List<SoakTenant> tenants, CancellationToken cancellationToken)
    {
        await ChangeAsync(tenants, plan.Unwatched / 2, 1_000_000, cancellationToken);
        var cpu = server.CpuTime();
        var changed = await ChangeAsync(tenants, plan.Unwatched, 2_000_000, cancellationToken);
        return (server.CpuTime() - cpu) / Math.Max(1, changed.Latencies.Count);
    }

    private async Task<IReadOnlyList<Task>> OpenAsync(List<SoakTenant> tenants, List<SoakedView> views, List<Dashboard> dashboards, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        var looking = new List<Task>();
        foreach (var tenant in tenants)
        {
            // A token makes the tenant a watched one, so that its numbers begin.
            var token = (await tenant.Tenant.PostAsync("/api/saas/realtime/token", new { expiresInSeconds = 86_400 }, cancellationToken)).GetProperty("token").GetString();
            await tenant.BeginAsync(cancellationToken);
            for (var number = 0; number < plan.Clients; number++)
            {
                var auth = number % 3 == 0 ? $$"""{"token":"{{token}}"}""" : $$"""{"apiKey":"{{tenant.Tenant.Key}}","clientCode":"{{tenant.Tenant.Code}}"}""";
                views.Add(new SoakedView(tenant, cancellationToken));
                dashboards.Add(new Dashboard(server.Address, auth, recovers: number / plan.OneRestlessIn % 2 == 0, views[^1]));
            }
        }

        foreach (var some in dashboards.Chunk(OpeningAtOnce))
        {
            looking.AddRange(some.Select(dashboard => dashboard.RunAsync(stop.Token)));
            await Task.WhenAll(some.Select(dashboard => dashboard.Connected));
        }

        return looking;
    }

    private async Task<SoakReport> SoakAsync(List<SoakTenant> tenants, List<SoakedView> views, List<Dashboard> dashboards, CancellationToken cancellationToken)
    {
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var restless = dashboards.Where((_, number) => number % plan.OneRestlessIn == 0).Select(dashboard => StirAsync(dashboard, calm.Token)).ToList();
        var cpu = server.CpuTime();
        var started = Stopwatch.GetTimestamp();
        var changed = await ChangeAsync(tenants, plan.Duration, 0, cancellationToken);
        var (took, spent) = (Stopwatch.GetElapsedTime(started), server.CpuTime() - cpu);
        await calm.CancelAsync();
        await Task.WhenAll(restless);

        var told = await SettleAsync(tenants, views, changed.Latencies.Count - changed.Latencies.Errors, cancellationToken);
        var latencies = new Latencies();
        tenants.ForEach(tenant => latencies.Add(tenant.Latencies));
        return new SoakReport(plan, tally, latencies)
        {
            Changed = changed.Latencies.Count - changed.Latencies.Errors,
            Refused = changed.Latencies.Errors,
            Told = told.Sum(pair => pair.Value - pair.Key.FirstSeq),
            Missing = views.Sum(view => view.Sequence.MissingTo(told[view.Tenant])),
            Again = views.Sum(view => view.Sequence.Again),
            Departures = departures,
            Took = took,
            Cpu = spent,
            Resident = (0, 0, server.ResidentBytes()),
        };
    }

    private Task<Loaded> ChangeAsync(List<SoakTenant> tenants, TimeSpan duration, long firstTurn, CancellationToken cancellationToken) =>
        new Load(server.Address, Connections).AtRateAsync(
            turn => tenants[(int)(turn % tenants.Count)].ChangeRequest(firstTurn + (turn / tenants.Count)), plan.Rate * tenants.Count, duration, cancellationToken);

    /// <summary>Drops a dashboard again and again, in every manner.</summary>
    private async Task StirAsync(Dashboard dashboard, CancellationToken calm)
    {
        try
        {
            while (true)
            {
                await Task.Delay(plan.LongestStay * Random.Shared.NextDouble(), TimeProvider.System, calm);
                if (await dashboard.DropAsync((DropManner)Random.Shared.Next(3)))
                {
                    Interlocked.Increment(ref departures);
                }
            }
        }
        catch (OperationCanceledException) when (calm.IsCancellationRequested)
        {
            // From now on it stays.
        }
    }

    /// <summary>Gives everything that was changed the time to be told, and every dashboard the time to have it.</summary>
    /// <returns>The tenants' last numbers.</returns>
    private static async Task<IReadOnlyDictionary<SoakTenant, long>> SettleAsync(
        List<SoakTenant> tenants, List<SoakedView> views, long changed, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var told = new Dictionary<SoakTenant, long>();
            foreach (var tenant in tenants)
            {
                told[tenant] = await tenant.LastSeqAsync(cancellationToken);
            }

            var isAll = told.Sum(pair => pair.Value - pair.Key.FirstSeq) == changed && views.TrueForAll(view => view.Sequence.MissingTo(told[view.Tenant]) == 0);
            if (isAll || Stopwatch.GetElapsedTime(began) > Patience)
            {
                return told;
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }
}
