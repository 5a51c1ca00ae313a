using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Features.Traces.Links;
using Ecodrix.Server.Features.Traces.Pages;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Server.Tests.Traces;

/// <summary>The page stands whatever a client, a lead, a provider or a receiver wrote.</summary>
public sealed partial class TracePageTests
{
    private const string Hostile = "</pre></style></title><script>alert(1)</script><img src=x onerror='alert(2)'>\"&\u202E\0";

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Everything_that_anybody_wrote_is_text_and_nothing_else()
    {
        var html = await WriteAsync(Everything(Hostile));

        Tags(html).ShouldBe(Tags(await WriteAsync(Everything("harmless"))));
        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        html.ShouldNotContain('\0');
        html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    [Fact]
    public async Task A_text_of_a_megabyte_is_cut_and_says_so()
    {
        var html = await WriteAsync(Everything(new string('x', 1_000_000)));

        html.Length.ShouldBeLessThan(250_000);
        html.ShouldContain("more characters are in the JSON");
    }

    [Fact]
    public async Task What_is_written_in_any_language_stays_readable()
    {
        var html = await WriteAsync(Everything("नमस्ते, Grüße"));

        html.ShouldContain("नमस्ते, Grüße");
    }

    /// <summary>The page's markup without what stands between it.</summary>
    private static string Tags(string html) => string.Join('\n', Tag().Matches(html).Select(match => match.Value));

    private static async Task<string> WriteAsync(TraceView view)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        await TracePage.Of(new LinkedTrace(view, view.Title, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), Now), "token").ExecuteAsync(context);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static TraceView Everything(string text)
    {
        var json = JsonSerializer.SerializeToElement(new Dictionary<string, string>(StringComparer.Ordinal) { [text] = text });
        return new TraceView
        {
            Id = text,
            Kind = TraceSubject.Event,
            Title = text,
            Mode = "test",
            Summary = text,
            WaitsFor = [new TraceWait(text, text, Now)],
            LeftOut = [text],
            Entries =
            [
                new TraceEntry
                {
                    At = Now,
                    Kind = TraceEntryKind.Accepted,
                    Title = text,
                    Note = text,
                    Source = TraceSource.Recomputed,
                    Event = new TracedEvent(text, text, text, json, json) { Error = text, ReplayOf = text, CausedBy = text, RunAt = Now },
                    Rule = new TracedRule(text, text, 1, text),
                    Step = new TracedStep { Path = text, Type = text, Name = text, HeldFor = text, Error = text, ErrorCode = text, Warnings = [text], Attempts = 2, Result = json },
                    Effect = new TracedEffect { Id = text, Channel = text, Provider = text, ProviderId = text, To = text, Subject = text, Text = text, Template = json, MeetLink = text, Status = text, Error = text, ErrorCode = text },
                    Callback = new TracedCallback(text, text, CallbackStatus.Pending) { Body = text, HeldFor = text, NextAttemptAt = Now, BodyBytes = 1 },
                    Attempt = new TracedAttempt(text, 1, 500, 1) { Error = text, Answer = text, Signed = new SignedStrings(text, text, text, text) },
                },
                new TraceEntry { Kind = TraceEntryKind.Effect, Title = text, Effect = new TracedEffect { Id = text, Channel = text, Provider = text, Html = $"<p>{text}</p>", Status = text } },
            ],
        };
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
