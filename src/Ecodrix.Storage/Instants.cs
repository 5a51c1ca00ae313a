using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Storage;

/// <summary>The one written form of an instant, on the wire and in documents: <c>2026-03-15T09:30:00.000Z</c>. Sorts as text.</summary>
public static class Instants
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Write(DateTimeOffset instant) => instant.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads ISO 8601 with <c>Z</c> or any offset; a time without one is no instant.</summary>
    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        return text is { Length: >= 17 and <= 40 }
            && text[10] is 'T'
            && (text.EndsWith('Z') || text.AsSpan(16).ContainsAny('+', '-'))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }
}

/// <summary>Writes <see cref="Instants.Format"/>; reads any offset. Put on every serializer context.</summary>
public sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Instants.TryParse(reader.GetString(), out var instant)
            ? instant
            : throw new JsonException("A time is ISO 8601 with an offset, such as 2026-03-15T09:30:00.000Z.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Instants.Write(value));
}
