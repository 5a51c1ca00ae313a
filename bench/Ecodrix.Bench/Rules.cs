using System.Text.Json.Serialization;
using Ecodrix.Bench.Outside;

namespace Ecodrix.Bench;

/// <summary>The rules that the benchmarks run.</summary>
internal static class Rules
{
    private static readonly RuleAction Hello =
        new("send_whatsapp", new { templateName = World.Template, language = "en_US", variables = new[] { "{{ event.about }}" } });

    private static readonly RuleAction Letter = new("send_email", new { to = "asha@example.com", subject = "{{ event.about }}", htmlBody = "<p>See you.</p>" });

    /// <summary>Matches, and leaves its step for tomorrow, so that intake is measured alone.</summary>
    public static object LaterTag { get; } = new
    {
        name = "Tomorrow",
        trigger = "bench_intake",
        actions = new[] { new { type = "add_tag", delayMinutes = 1_440, config = new { tag = "bench" } } },
    };

    /// <summary>One message through WhatsApp's provider.</summary>
    public static object WhatsApp { get; } = new
    {
        name = "WhatsApp",
        trigger = "bench_effect",
        actions = new[] { Hello },
    };

    /// <summary>A message and a mail; the callback is the trigger's own.</summary>
    public static object MessageAndMail { get; } = new
    {
        name = "Both",
        trigger = "bench_crash",
        actions = new[] { Hello, Letter },
    };

    /// <summary>A note with the lead, in the tenant's database, and a mail.</summary>
    public static object NoteAndMail { get; } = new
    {
        name = "Noted",
        trigger = "bench_note",
        actions = new[] { new RuleAction("create_note", new { content = "{{ event.about }}" }), Letter },
    };

    /// <summary>A condition and one message through the sandbox.</summary>
    public static object OneMessage { get; } = new
    {
        name = "Message",
        trigger = "bench_run",
        condition = new { field = "lead.status", @operator = "eq", value = "open" },
        actions = new[] { new { type = "send_email", config = new { to = "asha@example.com", subject = "Hello {{ lead.firstName }}", htmlBody = "<p>See you on {{ event.date }}.</p>" } } },
    };

    private sealed record RuleAction([property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("config")] object Config);
}
