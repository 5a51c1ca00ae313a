using Ecodrix.Loopback;

namespace Ecodrix.Bench.Crash;

/// <summary>A step of which the server says that it does not know what became of it.</summary>
internal sealed record UnknownStep(string About, string Type, DateTimeOffset StartedAt)
{
    public bool IsMessage => Type is "send_whatsapp";
}

/// <summary>A callback as its receiver has it.</summary>
internal sealed record Told(string About, string Id, string Body);

/// <summary>What the outside and the server say after all is done.</summary>
internal sealed record Evidence(
    IReadOnlyDictionary<string, Acknowledged> Acknowledged, IReadOnlyList<Exchange> Messages, IReadOnlyList<Exchange> Mails,
    IReadOnlyList<Told> Callbacks, IReadOnlyList<UnknownStep> Unknown, IReadOnlyList<DateTimeOffset> Kills);

/// <summary>What follows from the evidence. Pure.</summary>
/// <param name="Doubled">Messages and mails beyond the first of the same event, and callbacks that differ from the first of the same event.</param>
/// <param name="Lost">Effects of acknowledged events that neither happened nor are unknown.</param>
/// <param name="OnTheWire">Of the unknown: the request was under way at a kill.</param>
/// <param name="JustAnswered">Of the unknown: answered within two seconds before a kill, so that the answer was not written down.</param>
/// <param name="NeverSent">Of the unknown: recorded as started within two seconds before a kill and never seen by the provider.</param>
/// <param name="Unexplained">Of the unknown: the rest.</param>
internal sealed record Verdict(int Doubled, int Lost, int Unknown, int OnTheWire, int JustAnswered, int NeverSent, int Unexplained)
{
    private static readonly TimeSpan JustBefore = TimeSpan.FromSeconds(2);

    public static Verdict Of(Evidence evidence)
    {
        var messages = evidence.Messages.ToLookup(exchange => exchange.About, StringComparer.Ordinal);
        var mails = evidence.Mails.ToLookup(exchange => exchange.About, StringComparer.Ordinal);
        var callbacks = evidence.Callbacks.ToLookup(told => told.About, StringComparer.Ordinal);
        var unknown = evidence.Unknown.Select(step => (step.About, step.IsMessage)).ToHashSet();

        var doubled = messages.Sum(same => same.Count() - 1)
            + mails.Sum(same => same.Count() - 1)
            + callbacks.Sum(same => same.Select(told => (told.Id, told.Body)).Distinct().Count() - 1);
        var lost = evidence.Acknowledged.Keys.Sum(about =>
            (messages.Contains(about) || unknown.Contains((about, true)) ? 0 : 1)
            + (mails.Contains(about) || unknown.Contains((about, false)) ? 0 : 1)
            + (callbacks.Contains(about) ? 0 : 1));
        var causes = evidence.Unknown
            .Select(step => CauseOf(step, (step.IsMessage ? messages : mails)[step.About].FirstOrDefault(), evidence.Kills))
            .CountBy(cause => cause)
            .ToDictionary();
        return new Verdict(
            doubled,
            lost,
            evidence.Unknown.Count,
            causes.GetValueOrDefault(Cause.OnTheWire),
            causes.GetValueOrDefault(Cause.JustAnswered),
            causes.GetValueOrDefault(Cause.NeverSent),
            causes.GetValueOrDefault(Cause.Unexplained));
    }

    private static Cause CauseOf(UnknownStep step, Exchange? exchange, IReadOnlyList<DateTimeOffset> kills) => exchange switch
    {
        null => IsJustBefore(step.StartedAt, kills) ? Cause.NeverSent : Cause.Unexplained,
        _ when kills.Any(exchange.WasOpenAt) => Cause.OnTheWire,
        { EndedAt: { } ended } when IsJustBefore(ended, kills) => Cause.JustAnswered,
        _ => Cause.Unexplained,
    };

    private static bool IsJustBefore(DateTimeOffset moment, IReadOnlyList<DateTimeOffset> kills) =>
        kills.Any(kill => moment <= kill && kill - moment < JustBefore);

    private enum Cause
    {
        OnTheWire,
        JustAnswered,
        NeverSent,
        Unexplained,
    }
}
