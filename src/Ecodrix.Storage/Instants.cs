using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Storage;

/// <summary>The one written form of an instant, on the wire and in documents: <c>2026-03-15T09:30:00.000Z</c>. Sorts as text.</summary>
public static class Instants
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // Each document has a dozen instants, and custom formats are slow. "O", which is not, is this form with seven digits after the point.
    internal const int Room = 28;

    private const int Length = 24;

    public static string Write(DateTimeOffset instant)
    {
        Span<byte> room = stackalloc byte[Room];
        return Encoding.ASCII.GetString(Write(instant, room));
    }

    /// <param name="room">At least <see cref="Room"/> bytes.</param>
    /// <returns>The part of it that was written.</returns>
    internal static ReadOnlySpan<byte> Write(DateTimeOffset instant, Span<byte> room)
    {
        instant.UtcDateTime.TryFormat(room, out _, "O", CultureInfo.InvariantCulture);
        room[Length - 1] = (byte)'Z';
        return room[..Length];
    }

    /// <summary>Reads ISO 8601 with <c>Z</c> or any offset; a time without one is no instant.</summary>
    public static bool TryParse(string? text, out DateTimeOffset instant) => TryReadWritten(text, out instant) || TryReadAny(text, out instant);

    /// <summary>Reads the written form, and nothing else.</summary>
    internal static bool TryReadWritten(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        Span<byte> ascii = stackalloc byte[Length];
        return text.Length == Length && Ascii.FromUtf16(text, ascii, out _) is OperationStatus.Done && TryReadWritten(ascii, out instant);
    }

    /// <inheritdoc cref="TryReadWritten(ReadOnlySpan{char}, out DateTimeOffset)"/>
    internal static bool TryReadWritten(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        if (text.Length != Length || text[^1] is not (byte)'Z')
        {
            return false;
        }

        Span<byte> roundTrip = stackalloc byte[Room];
        text.CopyTo(roundTrip);
        "0000Z"u8.CopyTo(roundTrip[(Length - 1)..]);
        return Utf8Parser.TryParse(roundTrip, out instant, out _, 'O');
    }

    private static bool TryReadAny(string? text, out DateTimeOffset instant)
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
        (!reader.HasValueSequence && Instants.TryReadWritten(reader.ValueSpan, out var instant)) || Instants.TryParse(reader.GetString(), out instant)
            ? instant
            : throw new JsonException("A time is ISO 8601 with an offset, such as 2026-03-15T09:30:00.000Z.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> room = stackalloc byte[Instants.Room];
        writer.WriteStringValue(Instants.Write(value, room));
    }
}
