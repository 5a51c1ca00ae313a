using System.Diagnostics;

namespace Ecodrix.Bench;

/// <summary>Sends one request again and again over some connections.</summary>
internal sealed class Load(Uri server, int connections)
{
    /// <summary>As many as the server takes: each connection sends when its answer has come. For throughput.</summary>
    /// <param name="requestOf">The request of each turn, counted over all connections.</param>
    public async Task<(Latencies Latencies, TimeSpan Took)> SaturateAsync(Func<long, byte[]> requestOf, TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var parts = await Task.WhenAll(Enumerable.Range(0, connections).Select(async number =>
        {
            using var connection = new Connection();
            await connection.OpenAsync(server, cancellationToken);
            var latencies = new Latencies();
            for (long turn = number; Stopwatch.GetElapsedTime(started) < duration; turn += connections)
            {
                var sent = Stopwatch.GetTimestamp();
                var status = await connection.SendAsync(requestOf(turn), cancellationToken);
                latencies.Add(Stopwatch.GetElapsedTime(sent));
                latencies.Errors += status >= 300 ? 1 : 0;
            }

            return latencies;
        }));

        return (Sum(parts), Stopwatch.GetElapsedTime(started));
    }

    private static Latencies Sum(IEnumerable<Latencies> parts)
    {
        var sum = new Latencies();
        foreach (var part in parts)
        {
            sum.Add(part);
        }

        return sum;
    }
}
