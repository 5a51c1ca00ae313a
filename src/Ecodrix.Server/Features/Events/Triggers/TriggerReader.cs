using System.Text.Json;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Channels.Guarding;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Checks a trigger's fields, and names each that is wrong by its JSON path.</summary>
internal sealed class TriggerReader(GuardedConnector connector)
{
    private const int LongestKey = 255;

    private const int LongestUrl = 4_096;

    /// <param name="body">An object.</param>
    /// <param name="at">Its path: empty, or <c>events[3]</c> in a batch.</param>
    /// <param name="region">Where a phone without country code is.</param>
    public (TriggerRequest? Request, Failure? Refusal) Read(JsonElement body, string at, string region, DateTimeOffset now)
    {
        var errors = new ValidationErrors();
        var fields = new FieldReader(body, at, errors);
        var (who, refusal) = Addressee.Read(fields, region);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var (seed, warnings) = LeadSeed.Read(fields, region, now);
        var request = new TriggerRequest
        {
            Who = who ?? new Addressee("", null, null, null),
            Variables = ReadPayload(fields, "variables"),
            Data = ReadPayload(fields, "data"),
            CreateLeadIfMissing = fields.Flag("createLeadIfMissing"),
            Lead = seed,
            Warnings = warnings,
            Meet = ReadMeet(fields, errors),
            CallbackUrl = ReadCallbackUrl(fields),
            CallbackMetadata = ReadMetadata(fields),
            Due = ReadDue(fields, now),
            IdempotencyKey = ReadKey(fields),
        };

        return errors.Any ? (null, new Failure(errors))
            : Payload.SizeOf(request.Variables) + Payload.SizeOf(request.Data) > Payload.Largest ? (null, new Failure(EventErrors.PayloadTooLarge))
            : (request, null);
    }

    private static JsonElement? ReadPayload(FieldReader fields, string name)
    {
        if (fields.Object(name) is not { } given)
        {
            return null;
        }

        var payload = Payload.Detach(given);
        if (payload is null)
        {
            fields.Refuse(name, Payload.Unfit);
        }

        return payload;
    }

    private static MeetRequest? ReadMeet(FieldReader fields, ValidationErrors errors)
    {
        var config = fields.Object("meetConfig");
        return fields.Flag("requiresMeet")
            ? MeetRequest.Read(config is { } given ? new FieldReader(given, fields.PathOf("meetConfig"), errors) : null)
            : null;
    }

    private string? ReadCallbackUrl(FieldReader fields)
    {
        if (fields.Text("callbackUrl", LongestUrl) is not { } text)
        {
            return null;
        }

        var check = connector.CheckUrl(text);
        if (check.Problem is { } problem)
        {
            fields.Refuse("callbackUrl", problem.Replace("The URL ", "", StringComparison.Ordinal).TrimEnd('.'));
        }

        return check.Url?.AbsoluteUri;
    }

    private static string? ReadMetadata(FieldReader fields)
    {
        if (fields.Object("callbackMetadata") is not { } given)
        {
            return null;
        }

        var (json, problem) = JavaScriptJson.Canonicalise(given, fields.PathOf("callbackMetadata"), JsonBounds.Metadata);
        if (problem is not null)
        {
            fields.RefuseAt(problem.Path, problem.Why.TrimEnd('.'));
        }

        return json?.ToString();
    }

    private static DueDecision ReadDue(FieldReader fields, DateTimeOffset now)
    {
        var due = DueTime.Read(fields).Decide(now);
        if (due is DueDecision.Refused refused)
        {
            fields.Refuse(refused.Field, refused.Why);
        }

        return due;
    }

    private static string? ReadKey(FieldReader fields)
    {
        var key = fields.Raw("idempotencyKey", LongestKey);
        if (key is not null && !IdempotencyKey.IsValid(key))
        {
            fields.Refuse("idempotencyKey", "must have 1 to 255 visible characters");
        }

        return key;
    }
}
