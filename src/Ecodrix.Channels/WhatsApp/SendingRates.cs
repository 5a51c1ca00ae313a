using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Channels.WhatsApp;

/// <summary>
/// The provider's rate limits, kept here so that they are seldom hit there: 80 messages a second for each number, and for each pair of
/// number and person one in six seconds with 45 in advance. When the provider says slower, slower it is.
/// </summary>
internal sealed class SendingRates(double messagesPerSecond, TimeProvider clock, ISharedRates? shared = null)
{
    private const int PairBurst = 45;
    private const double SlowestPerSecond = 1;
    private const int SweepAbove = 20_000;

    private static readonly TimeSpan PairInterval = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan RecoveryStep = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NumberPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ISharedRates _shared = shared ?? new UnsharedRates();
    private readonly Dictionary<string, NumberRate> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Number, string Person), PairRate> _pairs = [];

    /// <summary>Says what a number may send at most. A number that was told to slow down recovers towards it.</summary>
    public void SetCeiling(string number, double perSecond)
    {
        lock (_gate)
        {
            Number(number, clock.GetUtcNow()).SetCeiling(perSecond);
        }
    }

    /// <summary>As <see cref="TryTake"/>, of what all processes have together; where they cannot be asked, of this one's share.</summary>
    public async ValueTask<RateTurn> TakeAsync(string number, string person, TimeSpan longestWait, CancellationToken cancellationToken)
    {
        SharedRate[] rates;
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            rates = [Of(NameOf(number), Number(number, now).Bucket), Of(NameOf(number, person), Pair(number, person, now).Bucket)];
        }

        if (await _shared.TakeAsync(rates, longestWait, cancellationToken) is { } turn)
        {
            return turn;
        }

        return new RateTurn(TryTake(number, person, longestWait, out var wait), wait);
    }

    /// <summary>Takes a token of both when both are free within <paramref name="longestWait"/>, and tells how long to wait for them.</summary>
    /// <returns>False when it would take longer; nothing was taken, and <paramref name="wait"/> says how long.</returns>
    public bool TryTake(string number, string person, TimeSpan longestWait, out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var ofNumber = Number(number, now);
            var ofPair = Pair(number, person, now);

            var sharers = _shared.Sharers;
            var first = ofNumber.Bucket.WaitAt(now, sharers);
            var second = ofPair.Bucket.WaitAt(now, sharers);
            wait = first > second ? first : second;
            if (wait > longestWait)
            {
                return false;
            }

            ofNumber.Bucket.Take(now, sharers);
            ofPair.Bucket.Take(now, sharers);
            return true;
        }
    }

    /// <summary>The provider said that the number is too fast (130429): half the rate, and a second's pause.</summary>
    public async ValueTask<DateTimeOffset> SlowNumberAsync(string number)
    {
        var until = SlowNumber(number);
        await _shared.BlockAsync(NameOf(number), NumberPause);
        return until;
    }

    /// <inheritdoc cref="SlowNumberAsync"/>
    public DateTimeOffset SlowNumber(string number)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var rate = Number(number, now);
            rate.SetRate(Math.Max(SlowestPerSecond, rate.PerSecond / 2));
            rate.ChangedAt = now;
            rate.Bucket.BlockUntil(now + NumberPause);
            return now + NumberPause;
        }
    }

    /// <summary>The provider said that this person gets too many (131056): 1, 4, 16, 64, then 256 s. Others go on.</summary>
    public async ValueTask<DateTimeOffset> SlowPairAsync(string number, string person)
    {
        var until = SlowPair(number, person);
        await _shared.BlockAsync(NameOf(number, person), until - clock.GetUtcNow());
        return until;
    }

    /// <inheritdoc cref="SlowPairAsync"/>
    public DateTimeOffset SlowPair(string number, string person)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var pair = Pair(number, person, now);
            var until = now + TimeSpan.FromSeconds(Math.Pow(4, Math.Min(pair.Refusals, 4)));
            pair.Refusals++;
            pair.Bucket.BlockUntil(until);
            return until;
        }
    }

    /// <summary>A message was taken: the pair's next refusal starts from one second again.</summary>
    public void Succeeded(string number, string person)
    {
        lock (_gate)
        {
            if (_pairs.TryGetValue((number, person), out var pair))
            {
                pair.Refusals = 0;
            }
        }
    }

    private static SharedRate Of(string name, RateBucket bucket) => new(name, bucket.Interval, bucket.Burst);

    private static string NameOf(string number) => $"whatsapp:{number}";

    // Whom somebody writes to is not to be read in another store.
    private static string NameOf(string number, string person) =>
        $"whatsapp:{number}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(person)).AsSpan(0, 12))}";

    private NumberRate Number(string number, DateTimeOffset now)
    {
        ref var rate = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, number, out _);
        rate ??= new NumberRate(messagesPerSecond, now);
        Recover(rate, now);
        return rate;
    }

    /// <summary>A slowed number gains a tenth every ten quiet seconds until it is back at its rate.</summary>
    private static void Recover(NumberRate rate, DateTimeOffset now)
    {
        while (rate.PerSecond < rate.Ceiling && now - rate.ChangedAt >= RecoveryStep)
        {
            rate.SetRate(Math.Min(rate.Ceiling, rate.PerSecond * 1.1));
            rate.ChangedAt += RecoveryStep;
        }
    }

    private PairRate Pair(string number, string person, DateTimeOffset now)
    {
        if (_pairs.Count > SweepAbove)
        {
            ForgetIdlePairs(now);
        }

        ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (number, person), out _);
        return pair ??= new PairRate();
    }

    /// <summary>Forgets what changes nothing; what is still in debt stays, so a sweep that frees little is rare by the rate itself.</summary>
    private void ForgetIdlePairs(DateTimeOffset now)
    {
        foreach (var (key, pair) in _pairs)
        {
            if (pair.Bucket.IsIdle(now))
            {
                _pairs.Remove(key);
            }
        }
    }

    private sealed class NumberRate(double perSecond, DateTimeOffset now)
    {
        public double Ceiling { get; private set; } = perSecond;

        public double PerSecond { get; private set; } = perSecond;

        public DateTimeOffset ChangedAt { get; set; } = now;

        // A tenth of a second's worth may go at once.
        public RateBucket Bucket { get; } = new(TimeSpan.FromSeconds(1 / perSecond), Math.Max(1, perSecond / 10));

        public void SetRate(double rate)
        {
            PerSecond = rate;
            Bucket.Interval = TimeSpan.FromSeconds(1 / rate);
        }

        public void SetCeiling(double ceiling)
        {
            var isSlowed = PerSecond < Ceiling;
            Ceiling = ceiling;
            if (!isSlowed || PerSecond > ceiling)
            {
                SetRate(ceiling);
            }
        }
    }

    private sealed class PairRate
    {
        public int Refusals { get; set; }

        public RateBucket Bucket { get; } = new(PairInterval, PairBurst);
    }
}
