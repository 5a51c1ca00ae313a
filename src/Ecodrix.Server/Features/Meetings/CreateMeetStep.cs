using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Channels.Meet;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;
using Ecodrix.Server.Delivery;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Meetings;

/// <summary>The action <c>create_meet</c>, and what a trigger's <c>requiresMeet</c> asks for. Its link becomes <c>resolved.meetLink</c>.</summary>
/// <remarks>Google finds an event that was made before by our own id, so that a repeat is harmless and nothing need be written down first.</remarks>
internal sealed class CreateMeetStep(MeetChannel channel, MeetingBook book) : IStepHandler
{
    public string Type => "create_meet";

    public TextForm FormOf(string path) => path is "timeZone" ? TextForm.Verbatim : TextForms.Of(path);

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config)
    {
        foreach (var name in new[] { "title", "startTime", "attendeeEmail" })
        {
            if (Given(config, name) is { ValueKind: not JsonValueKind.String })
            {
                yield return (name, "A text, which may be a template.");
            }
        }

        if (Given(config, "startTime") is null == Given(config, "startsInMinutes") is null)
        {
            yield return ("startTime", "Either startTime or startsInMinutes.");
        }

        if (Given(config, "durationMinutes") is { ValueKind: JsonValueKind.Number } duration && duration.GetDouble() is < 1 or > MeetingPlan.MostMinutes)
        {
            yield return ("durationMinutes", $"A number from 1 to {MeetingPlan.MostMinutes}.");
        }

        if (Given(config, "timeZone") is { } zone && !(zone.ValueKind is JsonValueKind.String && TimeZoneInfo.TryFindSystemTimeZoneById(zone.GetString()!, out _)))
        {
            yield return ("timeZone", "An IANA time zone such as Asia/Kolkata.");
        }
    }

    public async Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (plan, problem) = MeetingPlan.Read(context.Config, context.Subject.Zone, context.Now);
        if (plan is null)
        {
            return new Prepared { Rendered = [], Verdict = new StepOutcome.Failed("VALIDATION_ERROR", problem!) };
        }

        var choice = await channel.ChooseAsync(context.Database.Tenant, cancellationToken);
        return new Prepared
        {
            Rendered = new JsonObject
            {
                ["channel"] = "meet",
                ["title"] = plan.Title,
                ["startTime"] = Instants.Write(plan.Start),
                ["endTime"] = Instants.Write(plan.End),
                ["timeZone"] = plan.TimeZone,
                ["attendeeEmail"] = plan.Attendee,
            },
            Verdict = choice.IsConfigured ? null : Providers.NotConfigured("Google Meet"),
            Request = new Request(choice, MeetingFor(context, plan, choice.IsSandbox)),
        };
    }

    public async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        var request = (Request)prepared.Request!;
        var result = await channel.MakeAsync(request.Choice, request.Meeting, cancellationToken);
        var attempts = context.Step.Attempts + 1;
        if (MeetingBook.FateOf(request.Meeting, result, attempts) is { } settled)
        {
            var lineage = context.Causes;
            await book.RecordAsync(context.Database, settled, $"run:{context.Run.Id}", lineage, cancellationToken);
        }

        var effect = new JsonObject { ["meetingId"] = request.Meeting.Id, ["meetLink"] = (result as MeetingCreated)?.MeetLink };
        return result.ToStep(attempts, effect);
    }

    private static Meeting MeetingFor(StepContext context, MeetingPlan plan, bool isSandbox) => new()
    {
        Id = context.EffectId,
        LeadId = context.Subject.Lead?["_id"] is JsonValue id && id.TryGetValue<string>(out var leadId) ? leadId : null,
        Title = plan.Title,
        StartTime = plan.Start,
        EndTime = plan.End,
        TimeZone = plan.TimeZone,
        Provider = isSandbox ? Providers.Sandbox : Providers.Google,
        Status = MeetingStatus.Pending,
        Attendees = plan.Attendee is { } attendee ? [attendee] : [],
        Sandboxed = isSandbox ? true : null,
        CreatedAt = context.Now,
    };

    private static JsonElement? Given(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private sealed record Request(ChannelChoice<GoogleAccount> Choice, Meeting Meeting);
}
