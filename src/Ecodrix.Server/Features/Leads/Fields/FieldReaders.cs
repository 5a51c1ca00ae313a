using System.Globalization;
using System.Text.Json;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What single fields of a lead accept.</summary>
internal static class FieldReaders
{
    public const int LongestTag = 64;

    private const int CurrencyLetters = 3;

    private const int HighestScore = 100;

    /// <param name="Text">Null when the field is cleared.</param>
    public sealed record OneLine(string? Text);

    public static OneLine? Line(JsonElement json, string name, int longest, FieldReading reading)
    {
        if (json.ValueKind is JsonValueKind.Null)
        {
            return new OneLine(null);
        }

        if (json.ValueKind is not JsonValueKind.String)
        {
            reading.Refuse(name, "must be text");
            return null;
        }

        var text = json.GetString()!.Trim();
        if (text.Length > longest || text.Any(char.IsControl))
        {
            reading.Refuse(name, string.Create(CultureInfo.InvariantCulture, $"must be one line of at most {longest} characters"));
            return null;
        }

        return new OneLine(text.Length == 0 ? null : text);
    }

    public static Func<Lead, Lead>? Amount(JsonElement json, string name, FieldReading reading)
    {
        if (json.ValueKind is JsonValueKind.Null)
        {
            return lead => lead with { DealUnits = null };
        }

        if (json.ValueKind is not JsonValueKind.Number || !json.TryGetDecimal(out var amount) || amount is < 0 or > Money.Largest)
        {
            return reading.Refuse(name, "must be a number from 0 to 900000000000");
        }

        var units = Money.ToUnits(amount);
        return lead => lead with { DealUnits = units };
    }

    public static Func<Lead, Lead>? Currency(JsonElement json, string name, FieldReading reading)
    {
        var code = json.ValueKind is JsonValueKind.String ? json.GetString()!.ToUpperInvariant() : "";
        return code.Length == CurrencyLetters && code.All(char.IsAsciiLetterUpper)
            ? lead => lead with { Currency = code }
            : reading.Refuse(name, "must be three letters of ISO 4217, such as INR");
    }

    public static Func<Lead, Lead>? Tags(JsonElement json, string name, FieldReading reading)
    {
        if (json.ValueKind is JsonValueKind.Null)
        {
            return lead => lead with { Tags = [] };
        }

        var tags = TagList(json, name, reading);
        return tags is null ? null : lead => lead with { Tags = tags };
    }

    /// <returns>Null when it is no list of tags.</returns>
    public static IReadOnlyList<string>? TagList(JsonElement json, string name, FieldReading reading)
    {
        if (json.ValueKind is not JsonValueKind.Array || json.GetArrayLength() > LeadChanges.MostTags)
        {
            reading.Refuse(name, "must be a list of at most 100 tags");
            return null;
        }

        var tags = new List<string>();
        foreach (var tag in json.EnumerateArray())
        {
            var text = tag.ValueKind is JsonValueKind.String ? tag.GetString()!.Trim() : "";
            if (!IsTag(text))
            {
                reading.Refuse(string.Create(CultureInfo.InvariantCulture, $"{name}[{tags.Count}]"), "must be text of 1 to 64 characters on one line");
                return null;
            }

            tags.Add(text);
        }

        return [.. tags.Distinct(StringComparer.Ordinal)];
    }

    public static bool IsTag(string text) => text.Length is > 0 and <= LongestTag && !text.Any(char.IsControl);

    public static Func<Lead, Lead>? Score(JsonElement json, string name, FieldReading reading) =>
        json.ValueKind is JsonValueKind.Number && json.TryGetInt32(out var score) && score is >= 0 and <= HighestScore
            ? lead => lead with { Score = score }
            : reading.Refuse(name, "must be a whole number from 0 to 100");

    public static Func<Lead, Lead>? LastContacted(JsonElement json, string name, FieldReading reading)
    {
        if (json.ValueKind is JsonValueKind.Null)
        {
            return lead => lead with { LastContactedAt = null };
        }

        return json.ValueKind is JsonValueKind.String && Instants.TryParse(json.GetString(), out var at)
            ? lead => lead with { LastContactedAt = at }
            : reading.Refuse(name, "must be a time in ISO 8601 with an offset, such as 2026-03-15T09:30:00.000Z");
    }

    public static Func<Lead, Lead>? Consent(JsonElement json, string name, FieldReading reading)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            return reading.Refuse(name, "must be an object with whatsapp and email");
        }

        var whatsapp = ConsentOn("whatsapp", json, name, reading);
        var email = ConsentOn("email", json, name, reading);
        return lead => lead with
        {
            Consent = lead.Consent with
            {
                Whatsapp = whatsapp ?? lead.Consent.Whatsapp,
                WhatsappSource = whatsapp is null ? lead.Consent.WhatsappSource : reading.Source,
                WhatsappAt = whatsapp is null ? lead.Consent.WhatsappAt : reading.Now,
                Email = email ?? lead.Consent.Email,
                EmailSource = email is null ? lead.Consent.EmailSource : reading.Source,
                EmailAt = email is null ? lead.Consent.EmailAt : reading.Now,
            },
        };
    }

    private static ConsentState? ConsentOn(string channel, JsonElement consent, string name, FieldReading reading)
    {
        if (!consent.TryGetProperty(channel, out var value))
        {
            return null;
        }

        switch (value.ValueKind is JsonValueKind.String ? value.GetString() : null)
        {
            case "granted":
                return ConsentState.Granted;
            case "withdrawn":
                return ConsentState.Withdrawn;
            case "unknown":
                return ConsentState.Unknown;
            default:
                reading.Refuse($"{name}.{channel}", "must be granted, withdrawn or unknown");
                return null;
        }
    }
}
