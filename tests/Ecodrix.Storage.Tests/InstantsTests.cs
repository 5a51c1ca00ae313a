using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace Ecodrix.Storage.Tests;

public sealed class InstantsTests
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new InstantConverter() } };

    private static readonly Gen<DateTimeOffset> Any =
        from ticks in Gen.Long[DateTime.MinValue.AddDays(1).Ticks, DateTime.MaxValue.AddDays(-1).Ticks]
        from offset in Gen.Int[-14 * 60, 14 * 60]
        select new DateTimeOffset(ticks, TimeSpan.FromMinutes(offset));

    private static readonly Gen<string> AnyCharacters =
        from characters in Gen.Char["0123456789-T:.Z +"].Array[23]
        select new string(characters) + "Z";

    private static readonly Gen<string> AnyFigures =
        from day in Gen.Select(Gen.Int[0, 9999], Gen.Int[0, 14], Gen.Int[0, 32])
        from time in Gen.Select(Gen.Int[0, 25], Gen.Int[0, 61], Gen.Int[0, 61])
        select string.Create(CultureInfo.InvariantCulture, $"{day.Item1:0000}-{day.Item2:00}-{day.Item3:00}T{time.Item1:00}:{time.Item2:00}:{time.Item3:00}.500Z");

    [Fact]
    public void Any_instant_is_written_in_milliseconds_of_UTC() => Any.Sample(instant =>
    {
        var expected = instant.UtcDateTime.ToString(Instants.Format, CultureInfo.InvariantCulture);

        Instants.Write(instant).ShouldBe(expected);
        JsonSerializer.Serialize(instant, Json).ShouldBe($"\"{expected}\"");
    });

    [Fact]
    public void What_is_written_is_read_back_to_the_millisecond() => Any.Sample(instant =>
    {
        var read = JsonSerializer.Deserialize<DateTimeOffset>(JsonSerializer.Serialize(instant, Json), Json);

        read.ShouldBe(new DateTimeOffset(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero));
        read.Offset.ShouldBe(TimeSpan.Zero);
    });

    [Fact]
    public void A_text_of_the_written_form_is_an_instant_when_the_calendar_has_it() =>
        Gen.OneOf(AnyCharacters, AnyFigures)
            .Sample(text =>
            {
                var isOne = DateTimeOffset.TryParseExact(text, Instants.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expected);

                Instants.TryReadWritten(text, out var instant).ShouldBe(isOne);
                instant.ShouldBe(expected);
            });

    [Theory]
    [InlineData("2026-03-15T09:30Z", "2026-03-15T09:30:00.000Z")]
    [InlineData("2026-03-15T09:30:00Z", "2026-03-15T09:30:00.000Z")]
    [InlineData("2026-03-15T15:00:00+05:30", "2026-03-15T09:30:00.000Z")]
    [InlineData("2026-03-15T09:30:00.1234567Z", "2026-03-15T09:30:00.123Z")]
    [InlineData("2026-03-15T09:30:00.12300Z", "2026-03-15T09:30:00.123Z")]
    [InlineData("2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z")]
    public void Other_notations_of_an_instant_are_read(string text, string written)
    {
        Instants.TryParse(text, out var instant).ShouldBeTrue();
        Instants.Write(instant).ShouldBe(written);
        Instants.Write(JsonSerializer.Deserialize<DateTimeOffset>($"\"{text}\"", Json)).ShouldBe(written);
    }

    [Theory]
    [InlineData("2026-02-29T00:00:00.000Z")]
    [InlineData("2026-03-15T09:30:00.000")]
    [InlineData("2026-03-15T09:60:00.000Z")]
    [InlineData("2026-03-15 09:30:00.000Z")]
    [InlineData("2026-03-15T09:30:00.00éZ")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_instant_is_refused(string? text)
    {
        Instants.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(JsonSerializer.Serialize(text ?? ""), Json));
    }
}
