using System.Text.Json;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Tests.Definitions;

/// <summary>Reads rules the way the tests speak of them.</summary>
internal static class Parsed
{
    public const string RuleId = "65f000000000000000010000";

    public static ParsedRule Rule(string json) =>
        new RuleParser([new Mail()]).Parse(RuleId, 3, JsonSerializer.Deserialize<JsonElement>(json));

    public static RuleDefinition Fit(string json)
    {
        var parsed = Rule(json);
        parsed.Errors.ShouldBeEmpty();
        return parsed.Rule.ShouldNotBeNull();
    }

    /// <summary>A rule of one trigger with these actions.</summary>
    public static string With(string actions, string more = "") =>
        $$"""{"name":"Greet","trigger":"form_submitted"{{more}},"actions":{{actions}}}""";

    /// <summary>An action that wants a subject.</summary>
    private sealed class Mail : IStepHandler
    {
        public string Type => "send_email";

        public bool Sends => true;

        public TextForm FormOf(string path) => path is "htmlBody" ? TextForm.Html : TextForms.Of(path);

        public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) =>
            config.TryGetProperty("subject", out _) ? [] : [("subject", "A mail has a subject.")];

        public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken) => throw new NotSupportedException("No rule runs here.");

        public Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken) => throw new NotSupportedException("No rule runs here.");
    }
}
