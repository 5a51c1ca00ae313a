using CsCheck;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Mongo;
using MongoDB.Bson;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>A date is compared with any text as the text that it is.</summary>
public sealed class InstantFilterTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Const("2026-03-15T09:30:00.000Z"), Gen.Const("2026-03-15T15:00:00+05:30"), Gen.Const("2026"), Gen.Const("2026-03-15T09:30:00.0"), Gen.Const("é"), Gen.Const(string.Empty), Gen.Const("0000"), Gen.Const("9999-12-31T23:59:59.999Z"),
        Gen.String[Gen.Char["0123-:TZ."], 0, 26]);

    private static readonly Gen<DateTimeOffset> Times = Gen.OneOf(
        Gen.Const(new DateTimeOffset(2026, 3, 15, 9, 30, 0, TimeSpan.Zero)), Gen.Const(DateTimeOffset.MinValue), Gen.Const(DateTimeOffset.MaxValue), Gen.DateTime.Select(time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))));

    [Fact]
    public void Bounds_part_the_dates_as_the_text_parts_their_written_forms() =>
        Gen.Select(Times, Texts, Gen.OneOf(Gen.Const(Operator.Gt), Gen.Const(Operator.Gte), Gen.Const(Operator.Lt), Gen.Const(Operator.Lte))).Sample((time, text, one) =>
        {
            var order = Scalars.CompareText(Instants.Write(time), Scalars.Normal(text));
            var expected = one switch
            {
                Operator.Gt => order > 0,
                Operator.Gte => order >= 0,
                Operator.Lt => order < 0,
                _ => order <= 0,
            };

            IsMet(InstantFilter.Ordered("at", one, text), time.ToUnixTimeMilliseconds()).ShouldBe(expected, $"{Instants.Write(time)} {one} {text}");
        }, iter: 5_000);

    private static bool IsMet(BsonDocument? filter, long time) => filter is not null && filter["at"].AsBsonDocument.All(bound => bound.Name switch
    {
        "$gte" => time >= bound.Value.AsBsonDateTime.MillisecondsSinceEpoch,
        _ => time < bound.Value.AsBsonDateTime.MillisecondsSinceEpoch,
    });
}
