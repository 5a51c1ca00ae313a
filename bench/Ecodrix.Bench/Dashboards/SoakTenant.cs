using System.Globalization;
using System.Text;
using System.Text.Json;
using Ecodrix.Bench.Serving;

namespace Ecodrix.Bench.Dashboards;

/// <summary>One tenant of a soak: its leads, which change, and what its dashboards have in common. Every event that it causes carries its mark.</summary>
internal sealed class SoakTenant(Tenant tenant, IReadOnlyList<string> leads, Tally tally)
{
    private const string Prefix = "of-";

    private static readonly byte[] MarkBegin = Encoding.ASCII.GetBytes(Prefix);

    private readonly byte[] mark = Encoding.ASCII.GetBytes($"{Prefix}{tenant.Code}.");

    private readonly Lock gate = new();

    public Tenant Tenant => tenant;

    public Tally Tally => tally;

    /// <summary>From the publishing of an event until it is at a dashboard.</summary>
    public Latencies Latencies { get; } = new();

    /// <summary>The stream's number before the soak.</summary>
    public long FirstSeq { get; private set; }

    public static async Task<SoakTenant> CreateAsync(ServerUnderTest server, string code, int leads, Tally tally, CancellationToken cancellationToken)
    {
        var tenant = await server.CreateTenantAsync(code, cancellationToken);
        var ids = new List<string>();
        for (var number = 0; number < leads; number++)
        {
            var phone = string.Create(CultureInfo.InvariantCulture, $"+9198762{number:00000}");
            var lead = await tenant.PostAsync("/api/crm/leads", new { firstName = "Asha", phone }, cancellationToken);
            ids.Add(lead.GetProperty("_id").GetString()!);
        }

        return new SoakTenant(tenant, ids, tally);
    }

    /// <summary>A change of a lead, which its dashboards are told of once.</summary>
    /// <param name="turn">No two are the same.</param>
    public byte[] ChangeRequest(long turn) => Connection.Request(
        "PATCH",
        new Uri(tenant.Server.Address, "/api/crm/leads/" + leads[(int)(turn % leads.Count)]),
        string.Create(CultureInfo.InvariantCulture, $$"""{"lastName":"{{Prefix}}{{tenant.Code}}.{{turn}}"}"""),
        tenant.Headers);

    /// <summary>Whether an event is this tenant's and nobody else's.</summary>
    public bool IsOwn(ReadOnlySpan<byte> text)
    {
        var marks = 0;
        while (text.IndexOf(MarkBegin) is >= 0 and var at)
        {
            text = text[at..];
            if (!text.StartsWith(mark))
            {
                return false;
            }

            marks++;
            text = text[mark.Length..];
        }

        return marks > 0;
    }

    public void Time(TimeSpan took)
    {
        lock (gate)
        {
            Latencies.Add(took);
        }
    }

    public async Task BeginAsync(CancellationToken cancellationToken) => FirstSeq = await LastSeqAsync(cancellationToken);

    public async Task<long> LastSeqAsync(CancellationToken cancellationToken) => (await ReadAsync(0, 1, cancellationToken)).GetProperty("lastSeq").GetInt64();

    /// <summary>What the history has after a number.</summary>
    public Task<JsonElement> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        tenant.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/saas/realtime/events?after={after}&limit={limit}"), cancellationToken);
}
