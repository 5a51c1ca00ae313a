using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Ecodrix.Channels.Callbacks;
using Ecodrix.Loopback;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Channels.Tests.Callbacks;

/// <summary>What Node itself says of the bodies and their signatures.</summary>
public sealed class NodeReceiversTests
{
    private const string Canaries =
        """{"10":1,"2":2,"price":1.50,"html":"<b>&amp;'\"\\/","emoji":"😀","nbsp":"\u00a0","ls":"\u2028","bom":"\ufeff","del":"\u007f","private":"\ue000","unit":"\u001f","big":1e21,"small":1e-7,"zero":-0,"deep":{"b":1,"1":[]}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NodeReceiverKind.Express, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData(NodeReceiverKind.Fastify, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData(NodeReceiverKind.Plain, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public async Task A_receiver_with_default_settings_verifies_both_signatures_over_what_it_parsed(NodeReceiverKind kind, string secret)
    {
        Assert.SkipWhen(NodeReceiver.WhyUnavailable() is not null, NodeReceiver.WhyUnavailable() ?? "");
        await using var receiver = await NodeReceiver.StartAsync(kind, secret, "x-test-signature", Cancelled);
        await using var channels = Channels.Private(services => services.Configure<CallbackOptions>(options => options.SignatureHeader = "x-test-signature"));
        var metadata = Canonical(Canaries);
        var body = new JavaScriptWriter().StartObject().Property("eventId", "e1").Name("metadata").Value(metadata).EndObject().Written;

        var attempt = await channels.Get<CallbackSender>().SendAsync(new Callback(receiver.Url, "e1", body, new CallbackSecrets(secret)), Cancelled);

        attempt.Verdict.ShouldBe(CallbackVerdict.Delivered, attempt.Error);
        var verdict = await receiver.VerdictAsync(Cancelled);
        (verdict.Plain, verdict.Standard).ShouldBe((true, true));
        var returned = verdict.Body.GetProperty("metadata");
        using var given = JsonDocument.Parse(Canaries);
        foreach (var member in given.RootElement.EnumerateObject().Where(member => member.Value.ValueKind is JsonValueKind.String))
        {
            returned.GetProperty(member.Name).GetString().ShouldBe(member.Value.GetString());
        }

        returned.GetProperty("price").GetDouble().ShouldBe(1.5);
        returned.GetProperty("big").GetDouble().ShouldBe(1e21);
        returned.GetProperty("small").GetDouble().ShouldBe(1e-7);
    }

    [Fact]
    public async Task A_receiver_refuses_a_body_that_was_changed()
    {
        Assert.SkipWhen(NodeReceiver.WhyUnavailable() is not null, NodeReceiver.WhyUnavailable() ?? "");
        await using var receiver = await NodeReceiver.StartAsync(NodeReceiverKind.Plain, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "x-test-signature", Cancelled);
        await using var channels = Channels.Private(services => services.Configure<CallbackOptions>(options => options.SignatureHeader = "x-test-signature"));

        var attempt = await channels.Get<CallbackSender>().SendAsync(
            new Callback(receiver.Url, "e1", "{ }"u8.ToArray(), new CallbackSecrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")), Cancelled);

        // The space does not survive JSON.stringify, which is exactly what the canonical writer is for.
        attempt.StatusCode.ShouldBe(401);
    }

    [Fact]
    public void Node_agrees_with_ten_thousand_random_payloads()
    {
        var why = NodeProgram.WhyUnavailable(NodeProgram.Folder("node"));
        Assert.SkipWhen(why is not null, why ?? "");

        Payload(depth: 4).Array[10_000].Sample(
            payloads =>
            {
                var lines = new StringBuilder();
                foreach (var payload in payloads)
                {
                    lines.Append(payload).Append('\n').Append(Canonical(payload)).Append('\n');
                }

                AskNode(lines.ToString()).ShouldBe("10000\n");
            },
            iter: 1,
            threads: 1);
    }

    private static string AskNode(string lines)
    {
        using var node = NodeProgram.Start(NodeProgram.Folder("node"), "roundtrip.mjs");
        var answer = node.StandardOutput.ReadToEndAsync(Cancelled);
        using (var input = new StreamWriter(node.StandardInput.BaseStream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
        {
            input.Write(lines);
        }

        node.WaitForExit();
        return answer.GetAwaiter().GetResult();
    }

    private static CanonicalJson Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        var (canonical, problem) = JavaScriptJson.Canonicalise(document.RootElement, "$", new JsonBounds(int.MaxValue, MaxDepth: 64));
        return canonical ?? throw new InvalidOperationException($"{problem} in {json}");
    }

    private static Gen<string> Payload(int depth) => depth is 0
        ? Scalar
        : Gen.Frequency(
            (2, Scalar),
            (1, Payload(depth - 1).Array[0, 4].Select(items => $"[{string.Join(" , ", items)}]")),
            (2, Gen.Select(Key, Payload(depth - 1)).Array[0, 6].Select(members => $"{{{string.Join(",", members.Select(member => $"{member.Item1} : {member.Item2}"))}}}")));

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Double.Where(double.IsFinite).Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
        Gen.Double.Where(double.IsFinite).Select(number => number.ToString("E16", CultureInfo.InvariantCulture)),
        Gen.Int.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.ULong.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.Double[-1e-5, 1e-5].Select(number => number.ToString("F20", CultureInfo.InvariantCulture)),
        Among("-0", "0.0", "1.50", "1E21", "1e+20", "1e-7", "0.000001", "5e-324", "2.2250738585072014e-308", "9007199254740993", "1e-400"));

    private static readonly Gen<string> Character = Gen.OneOf(
        Gen.Int[0, 0x7f], Gen.Int[0x80, 0xd7ff], Gen.Int[0xe000, 0xffff], Gen.Int[0x10000, 0x10ffff], Among(0xa0, 0x2028, 0x2029, 0xfeff, 0x7f, 0xe000, 0x1f, 0x22, 0x5c, 0x2f))
        .SelectMany(point => Gen.Bool.Select(escaped => Written(new Rune(point), escaped)));

    private static readonly Gen<string> Text = Character.Array[0, 8].Select(characters => $"\"{string.Concat(characters)}\"");

    private static readonly Gen<string> Scalar = Gen.OneOf(Number, Text, Among("true", "false", "null"));

    private static readonly Gen<string> Key = Gen.OneOf(
        Text,
        Gen.Int[0, 20].Select(index => $"\"{index}\""),
        Gen.UInt.Select(index => $"\"{index}\""),
        Among("\"01\"", "\"-1\"", "\"1.5\"", "\"4294967294\"", "\"4294967295\"", "\"4294967296\"", "\"a\"", "\"b\"", "\"toString\"", "\"1e3\""));

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static string Written(Rune rune, bool escaped) =>
        escaped || rune.Value is < 0x20 or 0x22 or 0x5c
            ? string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:x4}"))
            : rune.ToString();
}
