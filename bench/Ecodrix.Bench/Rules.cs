namespace Ecodrix.Bench;

/// <summary>The rules that the benchmarks run.</summary>
internal static class Rules
{
    /// <summary>Matches, and leaves its step for tomorrow, so that intake is measured alone.</summary>
    public static object LaterTag { get; } = new
    {
        name = "Tomorrow",
        trigger = "bench_intake",
        actions = new[] { new { type = "add_tag", delayMinutes = 1_440, config = new { tag = "bench" } } },
    };

    /// <summary>A condition and one message through the sandbox.</summary>
    public static object OneMessage { get; } = new
    {
        name = "Message",
        trigger = "bench_run",
        condition = new { field = "lead.status", @operator = "eq", value = "open" },
        actions = new[] { new { type = "send_email", config = new { to = "asha@example.com", subject = "Hello {{ lead.firstName }}", htmlBody = "<p>See you on {{ event.date }}.</p>" } } },
    };
}
