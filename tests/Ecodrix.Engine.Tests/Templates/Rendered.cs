using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Tests.Templates;

/// <summary>Renders the way the tests speak of it.</summary>
internal static class Rendered
{
    public static readonly TimeZoneInfo Kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    public static readonly DateTimeOffset Now = new(2026, 3, 15, 20, 30, 5, TimeSpan.Zero);

    public static readonly string Values = """
        {"lead":{"firstName":"Asha","lastName":null,"fullName":"Asha Rao","score":42,"dealValue":1234.50,"tags":["vip","new"],"optedIn":false,"createdAt":"2026-03-15T09:30:00.000Z"},
         "event":{"title":"<b>Tea & \"cake\"</b>","count":3,"meetLink":"https://meet.example/a?b=c&d=e","tricky":"{{ lead.fullName }}"},
         "data":{"order":{"lines":[{"name":"Pen","qty":2},{"name":"Ink","qty":1}]}},
         "resolved":{"booking":{"messageId":"m1"}},
         "client":{"name":"Acme","code":"ACME"}}
        """;

    public static Rendering Rendering(string text, TextForm form = TextForm.Plain, string? values = null)
    {
        LiquidTemplate.TryParse(text, out var template, out var problem).ShouldBeTrue(problem);
        return template!.Render(JsonNode.Parse(values ?? Values)!.AsObject(), form, Kolkata, Now);
    }

    public static string Text(string text, TextForm form = TextForm.Plain, string? values = null)
    {
        var rendering = Rendering(text, form, values);
        rendering.Problem.ShouldBeNull();
        return rendering.Text;
    }

    public static string Problem(string text)
    {
        LiquidTemplate.TryParse(text, out _, out var problem).ShouldBeFalse();
        return problem!;
    }
}
