using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Ecodrix.Server.Observability;

/// <summary>What the server tells the outside about requests and intake. Costs next to nothing while nobody listens.</summary>
/// <remarks>Tags are routes, codes, ids and statuses; never a path as it was asked for, a query, or what a body said.</remarks>
internal static class ServerTelemetry
{
    public const string Name = "Ecodrix.Server";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Intake = Meter.CreateCounter<long>("ecodrix.intake", description: "Triggers, by outcome: accepted, replayed, or the code of the refusal.");
    private static readonly Histogram<double> Requests = Meter.CreateHistogram<double>("ecodrix.http.request.duration", "s", "How long requests took, by method, route and status.");

    /// <summary>Makes all of it known from the start, and not with the first request.</summary>
    public static void Begin() => RuntimeHelpers.RunClassConstructor(typeof(ServerTelemetry).TypeHandle);

    /// <summary>An event is about to be accepted; its work goes on under this span.</summary>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? EventComes(string tenant, string eventId) =>
        Source.StartActivity("accept event")?.SetTag("ecodrix.tenant", tenant).SetTag("ecodrix.event_id", eventId);

    /// <param name="outcome">A word of a few, or the code of a refusal in lower case.</param>
    public static void TriggerTaken(string outcome) => Intake.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="route">The route's template, or <c>none</c>.</param>
    public static void RequestAnswered(string method, string route, string status, TimeSpan took) => Requests.Record(
        took.TotalSeconds,
        new KeyValuePair<string, object?>("method", method),
        new KeyValuePair<string, object?>("route", route),
        new KeyValuePair<string, object?>("status", status));
}
