using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Ecodrix.Server.Features.Traces.Masking;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>Whatever comes, nothing personal gets through and nothing else changes its form.</summary>
public sealed class MaskPropertyTests
{
    private static readonly string[] Personal = ["Asha Rao", "O'Neil & Söhne <x>", "+919876543210", "asha.rao@mail.example", "12 Rose Lane", "नमिता", "Ωmega-7", "\"quoted\"", "100%"];

    private static readonly Gen<string> Noise = OneOf(
        "", " ", "\n", "Dear ", ", ", ": ", "a", "z9", "<b>", "</b>", "&amp;", "https://host.example/", "?q=", "@", "+", "\\u0041", "•••", "2026-03-15T09:30:00.000Z", "(", ")", "[", "$1", "${host}");

    private static readonly Gen<string> AnyText = Gen.Select(Noise, OneOf(Personal), Gen.Bool, (noise, value, isUpper) => noise + (isUpper ? value.ToUpperInvariant() : value) + noise)
        .Array[0, 12].Select(string.Concat);

    private static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        AnyText.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Double[-1e9, 1e9].Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(value => (JsonNode?)JsonValue.Create(value)),
        Gen.Const((JsonNode?)null));

    private static readonly Gen<JsonNode?> Tree = Gen.Recursive<JsonNode?>((depth, inner) => depth > 4
        ? Leaf
        : Gen.OneOf(
            Leaf,
            inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.Select(OneOf("name", "eventId", "a b", "status", ""), inner).Array[0, 4].Select(members =>
                (JsonNode?)new JsonObject(members.DistinctBy(member => member.Item1, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Item1, member.Item2?.DeepClone()))))));

    [Fact]
    public void No_known_value_is_left_in_any_text_in_any_case()
    {
        var mask = Mask.Of(Personal);

        AnyText.Sample(text =>
        {
            var hidden = mask.Text(text)!;
            foreach (var value in Personal)
            {
                hidden.ShouldNotContain(value, Case.Insensitive);
            }
        });
    }

    [Fact]
    public void JSON_keeps_its_names_lists_and_truths_and_no_text_or_number() =>
        Tree.Sample(tree =>
        {
            using var before = JsonDocument.Parse(tree?.ToJsonString() ?? "null");

            var after = MaskedJson.Of(before.RootElement)!.Value;

            SameForm(before.RootElement, after);
        });

    [Fact]
    public void A_body_is_hidden_alike_and_of_a_report_only_our_own_fields_stay() =>
        Tree.Sample(tree =>
        {
            var body = tree?.ToJsonString() ?? "null";

            using var hidden = JsonDocument.Parse(MaskedJson.OfBody(body, isReport: false)!);
            using var report = JsonDocument.Parse(MaskedJson.OfBody(body, isReport: true)!);

            using var before = JsonDocument.Parse(body);
            SameForm(before.RootElement, hidden.RootElement);
            if (before.RootElement.ValueKind is JsonValueKind.Object)
            {
                foreach (var member in report.RootElement.EnumerateObject().Where(member => member.Name is "name" or "a b" or ""))
                {
                    SameForm(before.RootElement.GetProperty(member.Name), member.Value);
                }
            }
        });

    [Theory]
    [InlineData("<p>Hi Asha,</p><p>see you.</p>", "Hi Asha,\nsee you.")]
    [InlineData("<b>As</b><i>ha</i>", "Asha")]
    [InlineData("Tom &amp; Co<br/>12 &lt;Rose&gt; Lane", "Tom & Co\n12 <Rose> Lane")]
    [InlineData("<td>a</td><td>b</td></tr><tr>c", "ab\nc")]
    [InlineData("<p  class='x' >one</p >two", "onetwo")]
    [InlineData("broken <b", "broken <b")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void A_mail_is_shown_as_a_person_reads_it(string? html, string? expected) => MaskedTrace.Plain(html).ShouldBe(expected);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    private static void SameForm(JsonElement before, JsonElement after)
    {
        switch (before.ValueKind)
        {
            case JsonValueKind.Object:
                after.ValueKind.ShouldBe(JsonValueKind.Object);
                var members = before.EnumerateObject().ToList();
                after.EnumerateObject().Select(member => member.Name).ShouldBe(members.Select(member => member.Name));
                members.ForEach(member => SameForm(member.Value, after.GetProperty(member.Name)));
                break;
            case JsonValueKind.Array:
                after.GetArrayLength().ShouldBe(before.GetArrayLength());
                foreach (var (item, hidden) in before.EnumerateArray().Zip(after.EnumerateArray()))
                {
                    SameForm(item, hidden);
                }

                break;
            case JsonValueKind.String or JsonValueKind.Number:
                after.GetString().ShouldBe(Mask.Hidden);
                break;
            default:
                after.ValueKind.ShouldBe(before.ValueKind);
                break;
        }
    }
}
