using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Tests.Automations;
using Ecodrix.Server.Tests.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Tests.Observability;

public sealed class LogTests
{
    [Fact]
    public async Task A_line_about_a_step_names_tenant_event_and_run_as_fields()
    {
        await using var server = await ServerFixture.StartAsync(services: all => all.AddSingleton<IStepHandler, BreakingStep>());
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateRuleAsync(RuleIntents.Rule("go", """{ "type": "breaks", "config": {} }"""));

        var answer = await tenant.FiredAsync(EventIntents.Event("go"));
        await server.Services.GetRequiredService<WorkLoop>().DrainAsync(TestContext.Current.CancellationToken);

        var line = server.Logs.Lines.First(line => line.Contains("An attempt at breaks", StringComparison.Ordinal));
        line.ShouldContain($"[Tenant, {tenant.Code}]");
        line.ShouldContain($"[EventId, {answer.Text("eventLogId")}]");
        line.ShouldContain($"[RunId, {answer["runs"]![0]!.Text("runId")}]");
    }

    [Theory]
    [InlineData("Production", ConsoleFormatterNames.Json)]
    [InlineData("Development", ConsoleFormatterNames.Simple)]
    public async Task Production_logs_a_line_of_JSON_in_UTC_and_development_something_to_read(string environment, string formatter)
    {
        await using var server = await ServerFixture.StartAsync(environment);

        server.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName.ShouldBe(formatter);
        var json = server.Services.GetRequiredService<IOptions<JsonConsoleFormatterOptions>>().Value;
        (json.IncludeScopes, json.UseUtcTimestamp, json.JsonWriterOptions.Indented).ShouldBe((true, true, false));
    }
}
