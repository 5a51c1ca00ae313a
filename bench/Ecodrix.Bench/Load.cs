using System.Diagnostics;

namespace Ecodrix.Bench;

/// <summary>Sends one request again and again over some connections.</summary>
internal sealed class Load(Uri server, int connections)
{
    /// <summary>As many as the server takes: each connection sends when its answer has come. For throughput.</summary>
    /// <param name="requestOf">The request of each turn, counted over all connections.</param>
    public Task<(Latencies Latencies, TimeSpan Took)> SaturateAsync(Func<long, byte[]> requestOf, TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return SaturateAsync(requestOf, _ => Stopwatch.GetElapsedTime(started) < duration, cancellationToken);
    }

    /// <summary>As <see cref="SaturateAsync(Func{long, byte[]}, TimeSpan, CancellationToken)"/>, so many requests.</summary>
    public Task<(Latencies Latencies, TimeSpan Took)> SaturateAsync(Func<long, byte[]> requestOf, long count, CancellationToken cancellationToken) =>
        SaturateAsync(requestOf, turn => turn < count, cancellationToken);

    /// <summary>
    /// At a fixed rate, whether answers come or not. A request's time counts from the moment at which it should have been sent when no
    /// connection was free then, so what waits behind a slow one is not left out. When one was free it counts from its sending: the
    /// timer of this process is up to 4 ms early or late, which is none of the server's doing.
    /// </summary>
    /// <param name="requestOf">The request of each turn, from 0.</param>
    /// <param name="onAnswer">Told of each turn's status code.</param>
    /// <param name="givesUp">What could not be sent within the duration is not sent at all.</param>
    public async Task<Loaded> AtRateAsync(
        Func<long, byte[]> requestOf, double perSecond, TimeSpan duration, CancellationToken cancellationToken, Action<long, int>? onAnswer = null, bool givesUp = false)
    {
        var total = (long)(perSecond * duration.TotalSeconds);
        var next = -1L;
        var begun = new TimeSpan[total];
        var startedAt = TimeProvider.System.GetUtcNow();
        var started = Stopwatch.GetTimestamp();
        var parts = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            using var connection = new Connection();
            await connection.OpenAsync(server, cancellationToken);
            var latencies = new Latencies();
            while (Interlocked.Increment(ref next) is var turn && turn < total && !(givesUp && Stopwatch.GetElapsedTime(started) >= duration))
            {
                begun[turn] = TimeSpan.FromSeconds(turn / perSecond);
                if (begun[turn] - Stopwatch.GetElapsedTime(started) is var wait && wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, TimeProvider.System, cancellationToken);
                    begun[turn] = Stopwatch.GetElapsedTime(started);
                }

                var status = await connection.SendAsync(requestOf(turn), cancellationToken);
                latencies.Add(Stopwatch.GetElapsedTime(started) - begun[turn]);
                latencies.Errors += status >= 300 ? 1 : 0;
                onAnswer?.Invoke(turn, status);
            }

            return latencies;
        }));

        return new Loaded(Sum(parts), Stopwatch.GetElapsedTime(started), startedAt, begun);
    }

    private async Task<(Latencies Latencies, TimeSpan Took)> SaturateAsync(Func<long, byte[]> requestOf, Predicate<long> goesOn, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var parts = await Task.WhenAll(Enumerable.Range(0, connections).Select(async number =>
        {
            using var connection = new Connection();
            await connection.OpenAsync(server, cancellationToken);
            var latencies = new Latencies();
            for (long turn = number; goesOn(turn); turn += connections)
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

/// <summary>What came of a load at a fixed rate.</summary>
/// <param name="StartedAt">The moment from which <paramref name="Begun"/> counts.</param>
/// <param name="Begun">For each turn what its time counts from; see <see cref="Load.AtRateAsync"/>.</param>
internal sealed record Loaded(Latencies Latencies, TimeSpan Took, DateTimeOffset StartedAt, IReadOnlyList<TimeSpan> Begun)
{
    /// <summary>What the time of a turn's request counts from.</summary>
    public DateTimeOffset BegunAt(long turn) => StartedAt + Begun[(int)turn];
}
