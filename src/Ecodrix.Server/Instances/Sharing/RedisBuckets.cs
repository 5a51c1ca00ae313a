using System.Globalization;
using Ecodrix.Channels;
using Ecodrix.Server.Http.Limits;
using StackExchange.Redis;

namespace Ecodrix.Server.Instances.Sharing;

/// <summary>The rates of tenants and of sending accounts, kept in Redis by its own clock, so that however many instances there are all together keep to them.</summary>
/// <remarks>A Redis that has lost everything gives each one burst more; nothing else is lost with it.</remarks>
internal sealed class RedisBuckets(SharedRedis redis, InstanceList instances) : ISharedBuckets, ISharedRates
{
    private const string Prefix = "ecodrix:rate:";

    /// <summary>What was saved up since the last time, and what is taken of it. A bucket whose size is raised is fuller at once.</summary>
    private const string TakeTokens = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local rate, burst, wanted = tonumber(ARGV[1]) / 60, tonumber(ARGV[2]), tonumber(ARGV[3])
        local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'burst')
        local tokens, at, before = tonumber(kept[1]) or burst, tonumber(kept[2]) or now, tonumber(kept[3]) or burst
        tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
        tokens = math.min(burst, tokens + math.max(0, burst - before))
        local taken = math.max(0, math.min(wanted, math.floor(tokens + 0.000001)))
        tokens = tokens - taken
        redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.6f', now), 'burst', burst)
        redis.call('PEXPIRE', KEYS[1], rate > 0 and math.ceil(burst / rate * 1000) + 1000 or 86400000)
        return {taken, string.format('%.6f', tokens)}
        """;

    /// <summary>The generic cell rate algorithm over several rates: a token of each, or of none.</summary>
    private const string TakeTurn = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local longest, wait, settled = tonumber(ARGV[1]), 0, {}
        for i, key in ipairs(KEYS) do
          local interval, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
          local kept = redis.call('HMGET', key, 'settled', 'blocked')
          settled[i] = math.max(now, tonumber(kept[1]) or 0)
          wait = math.max(wait, settled[i] - now - (burst - 1) * interval, (tonumber(kept[2]) or 0) - now)
        end
        if wait > longest then
          return {0, string.format('%.6f', wait)}
        end
        for i, key in ipairs(KEYS) do
          local next = settled[i] + tonumber(ARGV[2 * i])
          redis.call('HSET', key, 'settled', string.format('%.6f', next))
          redis.call('PEXPIRE', key, math.max(redis.call('PTTL', key), math.ceil((next - now) * 1000) + 1000))
        end
        return {1, string.format('%.6f', wait)}
        """;

    private const string Block = """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local pause = tonumber(ARGV[1])
        local blocked = math.max(tonumber(redis.call('HGET', KEYS[1], 'blocked')) or 0, now + pause)
        redis.call('HSET', KEYS[1], 'blocked', string.format('%.6f', blocked))
        redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), math.ceil(pause * 1000) + 1000))
        return {1}
        """;

    public int Sharers => instances.Workers;

    public async ValueTask<BucketState?> TakeAsync(string name, BucketSize size, int wanted, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(TakeTokens, [Prefix + name], [size.PerMinute, size.Burst, wanted], cancellationToken);
        if (answer is not [var taken, var left])
        {
            return null;
        }

        var tokens = Number(left);
        return new BucketState(size.PerMinute, (int)taken, (int)tokens, Until(size.Burst), Until(1));

        TimeSpan Until(double level) => size.PerMinute == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(Math.Max(0, level - tokens) / size.PerMinute);
    }

    public async ValueTask<RateTurn?> TakeAsync(IReadOnlyList<SharedRate> rates, TimeSpan longestWait, CancellationToken cancellationToken)
    {
        RedisValue[] values = [Text(longestWait.TotalSeconds), .. rates.SelectMany(rate => new RedisValue[] { Text(rate.Interval.TotalSeconds), Text(rate.Burst) })];
        return await AskAsync(TakeTurn, [.. rates.Select(rate => Prefix + rate.Name)], values, cancellationToken) is [var taken, var wait]
            ? new RateTurn((int)taken == 1, TimeSpan.FromSeconds(Number(wait)))
            : null;
    }

    // Not a request's token: what a provider said is true for all, whoever asked.
    public async ValueTask BlockAsync(string name, TimeSpan pause) => await AskAsync(Block, [Prefix + name], [Text(pause.TotalSeconds)], CancellationToken.None);

    private ValueTask<RedisResult[]?> AskAsync(string script, IEnumerable<string> keys, RedisValue[] values, CancellationToken cancellationToken) => redis.AskAsync(
        async database => (RedisResult[])(await database.ScriptEvaluateAsync(script, [.. keys.Select(key => (RedisKey)key)], values))!,
        cancellationToken);

    private static string Text(double number) => number.ToString("F6", CultureInfo.InvariantCulture);

    private static double Number(RedisResult text) => double.Parse((string)text!, CultureInfo.InvariantCulture);
}
