using System.Text.Json;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>Reads the fields of a JSON object and notes what is wrong with them by path. An absent field and null are the same.</summary>
/// <param name="at">The path of the object; empty for the body.</param>
internal sealed class FieldReader(JsonElement body, string at, ValidationErrors errors)
{
    public string PathOf(string name) => at.Length == 0 ? name : $"{at}.{name}";

    public bool AnyRefused => errors.Any;

    public void Refuse(string name, string message) => errors.Add(PathOf(name), message);

    /// <param name="path">From the body's root.</param>
    public void RefuseAt(string path, string message) => errors.Add(path, message);

    /// <returns>The text without white space around it; null when it is absent, empty or no text.</returns>
    public string? Text(string name, int maxLength) => Raw(name, maxLength)?.Trim() is { Length: > 0 } text ? text : null;

    /// <returns>The text as it stands; null when it is absent, empty or no text.</returns>
    public string? Raw(string name, int maxLength)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.String)
        {
            Refuse(name, "must be text");
            return null;
        }

        if (!TryRead(value, out var text))
        {
            Refuse(name, "has half a surrogate pair");
            return null;
        }

        if (text.Length > maxLength)
        {
            Refuse(name, $"must have at most {maxLength} characters");
            return null;
        }

        return text.Length == 0 ? null : text;
    }

    public bool Flag(string name)
    {
        if (Find(name) is not { } value)
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Refuse(name, "must be true or false");
        }

        return value.ValueKind is JsonValueKind.True;
    }

    public double? Number(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        Refuse(name, "must be a number");
        return null;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name, 64) is not { } text)
        {
            return null;
        }

        if (Instants.TryParse(text, out var instant))
        {
            return instant;
        }

        Refuse(name, "must be a time in ISO 8601 with an offset, such as 2026-03-15T09:30:00.000Z");
        return null;
    }

    public JsonElement? Object(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Object)
        {
            return value;
        }

        Refuse(name, "must be an object");
        return null;
    }

    private JsonElement? Find(string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    /// <summary>JSON may spell half of a surrogate pair as an escape; that is no text.</summary>
    private static bool TryRead(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }
}
