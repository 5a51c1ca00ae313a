using Ecodrix.Loopback;

namespace Ecodrix.Bench.Crash;

/// <summary>A step of which the server says that it does not know what became of it.</summary>
/// <param name="GivenUpAt">When it was found started and not settled.</param>
internal sealed record UnknownStep(string About, string Type, DateTimeOffset StartedAt, DateTimeOffset GivenUpAt)
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
/// <param name="OnTheWire">Of the unknown: the request was under way when a kill interrupted the step.</param>
/// <param name="JustAnswered">Of the unknown: the provider had answered, and the kill came before that was durable.</param>
/// <param name="NeverSent">Of the unknown: recorded as started, and the kill came before the provider saw anything.</param>
/// <param name="Unexplained">Of the unknown: no kill interrupted the step.</param>
internal sealed record Verdict(int Doubled, int Lost, int Unknown, int OnTheWire, int JustAnswered, int NeverSent, int Unexplained)
{
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

    private static Cause CauseOf(UnknownStep step, Exchange? exchange, IReadOnlyList<DateTimeOffset> kills)
    {
        var interrupted = kills.Where(kill => step.StartedAt <= kill && kill <= step.GivenUpAt).ToList();
        return interrupted.Count == 0 ? Cause.Unexplained
            : exchange is null ? Cause.NeverSent
            : interrupted.Any(exchange.WasOpenAt) ? Cause.OnTheWire
            : Cause.JustAnswered;
    }

    private enum Cause
    {
        OnTheWire,
        JustAnswered,
        NeverSent,
        Unexplained,
    }
}
