using System.Text;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Operations.Health;
using Ecodrix.Server.Observability;
using Prometheus;

namespace Ecodrix.Server.Features.Operations.Metrics;

/// <summary>All that <c>/metrics</c> shows. Counts from the start of the process, and only where somebody may read it.</summary>
internal sealed class ExposedMetrics : IHostedService, IDisposable
{
    private static readonly (string Metric, string Help, (TenantFigure Figure, string Result)[] Results)[] OfTenants =
    [
        ("ecodrix_tenant_requests_total", "Requests of the busiest tenants, by result; the rest as other.",
            [(TenantFigure.RequestsDone, "done"), (TenantFigure.RequestsRefused, "refused"), (TenantFigure.RequestsFailed, "failed")]),
        ("ecodrix_tenant_events_total", "Events of the busiest tenants, by result; the rest as other.",
            [(TenantFigure.EventsAccepted, "accepted"), (TenantFigure.EventsCompleted, "completed"), (TenantFigure.EventsFailed, "failed")]),
    ];

    private readonly CollectorRegistry registry = Prometheus.Metrics.NewCustomRegistry();

    private readonly TenantFigures tenants;

    private readonly Backlog backlog;

    private readonly DatabasePulse pulse;

    private readonly SemaphoreSlim collecting = new(1);

    private readonly Counter[] ofTenants;

    private readonly Gauge depth;

    private readonly Gauge oldest;

    private readonly Gauge database;

    private readonly Gauge leftAlone;

    private InstrumentBridge? bridge;

    public ExposedMetrics(TenantFigures tenants, Backlog backlog, DatabasePulse pulse, Settings settings)
    {
        (this.tenants, this.backlog, this.pulse) = (tenants, backlog, pulse);
        IsOn = settings.IsDevelopment || settings.MetricsToken is not null;
        tenants.IsOn = IsOn;

        var metrics = Prometheus.Metrics.WithCustomRegistry(registry);
        ofTenants = [.. OfTenants.Select(one => metrics.CreateCounter(one.Metric, one.Help, "tenant", "result"))];
        depth = metrics.CreateGauge("ecodrix_queue_depth", $"Work that is due and not begun, by lane; counted to {Backlog.CountedAtMost}. NaN when the database does not tell.", "lane");
        oldest = metrics.CreateGauge("ecodrix_queue_oldest_due_seconds", "By how much the longest overdue work is late, by lane; 0 when none is.", "lane");
        leftAlone = metrics.CreateGauge("ecodrix_work_left_alone", "Due work that this version does not understand and leaves to a newer one. NaN when the database does not tell.");
        database = metrics.CreateGauge("ecodrix_database_up", "1 when the services database answers, else 0.");
    }

    /// <summary>Whether there is anything to show: in production only with a token.</summary>
    public bool IsOn { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOn)
        {
            DotNetStats.Register(registry);
            bridge = new InstrumentBridge(registry);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        bridge?.Dispose();
        collecting.Dispose();
    }

    /// <summary>The figures as they are now, in Prometheus' text format.</summary>
    public async Task<ReadOnlyMemory<byte>> WriteAsync(CancellationToken cancellationToken)
    {
        await collecting.WaitAsync(cancellationToken);
        try
        {
            bridge?.Observe();
            ReadTenants();
            database.Set(await pulse.AnswersAsync(cancellationToken) ? 1 : 0);
            leftAlone.Set(await backlog.CountLeftAloneAsync(cancellationToken));
            foreach (var queue in await backlog.SeeAsync(cancellationToken))
            {
                depth.WithLabels(queue.Lane).Set(queue.Depth);
                oldest.WithLabels(queue.Lane).Set(queue.OldestDueSeconds);
            }

            using var text = new MemoryStream();
            await registry.CollectAndExportAsTextAsync(text, cancellationToken);
            await text.WriteAsync(Encoding.UTF8.GetBytes(bridge?.Unmeasured() ?? ""), cancellationToken);
            return text.ToArray();
        }
        finally
        {
            collecting.Release();
        }
    }

    private void ReadTenants()
    {
        var figures = tenants.Read();
        var names = figures.Select(figure => figure.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (counter, of) in ofTenants.Zip(OfTenants))
        {
            foreach (var gone in counter.GetAllLabelValues().Where(labels => !names.Contains(labels[0])).ToArray())
            {
                counter.RemoveLabelled(gone);
            }

            foreach (var (name, counts) in figures)
            {
                foreach (var (figure, result) in of.Results)
                {
                    counter.WithLabels(name, result).IncTo(counts[(int)figure]);
                }
            }
        }
    }
}
