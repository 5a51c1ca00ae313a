using System.Text.Json;

namespace Ecodrix.Bench.Serving;

/// <summary>A client of the server, in one of its two modes: with the test key its channels are the sandbox.</summary>
internal sealed record Tenant(ServerUnderTest Server, string Code, string Key)
{
    public (string Name, string Value)[] Headers => [("x-api-key", Key), ("x-client-code", Code)];

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        Server.SendAsync(HttpMethod.Post, path, body, cancellationToken, Headers);

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        Server.SendAsync(HttpMethod.Get, path, null, cancellationToken, Headers);

    /// <param name="about">What the effect says that it is about; the rules of <see cref="Rules"/> put it into their messages.</param>
    public byte[] TriggerRequest(string trigger, string phone, string about = "")
    {
        var body = new
        {
            trigger,
            phone,
            createLeadIfMissing = true,
            variables = new { about, date = "15 March", time = "15:00", doctor = "Dr. Rao" },
            data = new { appointment = new { id = "A-1001", room = 4 } },
        };
        return Connection.Request("POST", new Uri(Server.Address, "/api/saas/workflows/trigger"), JsonSerializer.Serialize(body), Headers);
    }

    /// <returns>How much is due or being done; counted to 10,000.</returns>
    public async Task<long> QueueDepthAsync(CancellationToken cancellationToken) =>
        (await GetAsync("/api/saas/health/client", cancellationToken)).GetProperty("queueDepth").GetInt64();
}
