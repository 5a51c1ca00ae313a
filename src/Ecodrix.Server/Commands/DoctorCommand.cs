using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands;

/// <summary>Tests the connections of the server, or of one client, and says what to do about those that fail.</summary>
internal sealed class DoctorCommand(CommandOutput output)
{
    private static readonly TimeSpan KeyLife = TimeSpan.FromMinutes(5);

    /// <summary>Work that is later than this does not just wait for its turn.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    private static readonly Argument<string?> Code = new("code")
    {
        Description = "The client's code; without one the server itself is looked at.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Describe(CommandOutput output) => EngineOptions.RunningCommand(
        "doctor",
        """
        Test every connection and say what to fix: of the server, or with a code of that client, as its live key would find it.
        Ends with 1 when something needs attention.

        Examples:
          ecodrix doctor
          ecodrix doctor ACME
        """,
        [Code],
        new DoctorCommand(output).RunAsync);

    private async Task RunAsync(ParseResult parsed, EngineApi api, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> findings = parsed.GetValue(Code) is { } code
            ? await OfClientAsync(api, code, cancellationToken)
            : await OfServerAsync(api, cancellationToken);
        output.WriteTable(["what", "state"], findings.Select(finding => (IReadOnlyList<string>)[finding.What, finding.State]));
        foreach (var finding in findings.Where(finding => finding.Advice is not null))
        {
            await output.Out.WriteLineAsync($"{finding.What}: {finding.Advice}");
        }

        if (findings.Count(finding => finding.IsWrong) is > 0 and var wrong)
        {
            throw new CommandFailedException(string.Create(CultureInfo.InvariantCulture, $"{wrong} of {findings.Count} need attention."));
        }
    }

    private static async Task<IReadOnlyList<Finding>> OfServerAsync(EngineApi api, CancellationToken cancellationToken)
    {
        var health = (await ReadAsync("/api/saas/health"))!;
        var pauses = (await ReadAsync("/api/admin/pauses"))!.AsArray();
        var migrations = (await ReadAsync("/api/admin/migrations"))!;
        return
        [
            new Finding("server", $"version {health["version"]}, up for {TimeSpan.FromSeconds(health["uptime"]!.GetValue<long>()):c}"),
            new Finding("services database", $"{health["db"]}"),
            health["heldSince"] is { } held
                ? new Finding("effects", $"held since {held}", "After a restore nothing leaves until you say so: ecodrix release --due-before <time> shows what waits.", IsWrong: true)
                : new Finding("effects", "leave"),
            pauses.Count > 0
                ? new Finding("pauses", $"{pauses.Count} in force", "GET /api/admin/pauses lists them; POST /api/admin/resume ends them.", IsWrong: true)
                : new Finding("pauses", "none"),
            new Finding("migrations", migrations["isPending"]!.GetValue<bool>() ? "under way" : "done"),
        ];

        async Task<JsonNode?> ReadAsync(string path) => (await api.AdminAsync(HttpMethod.Get, path, body: null, cancellationToken))["data"];
    }

    private static async Task<IReadOnlyList<Finding>> OfClientAsync(EngineApi api, string code, CancellationToken cancellationToken)
    {
        JsonNode health = null!;
        await ClientKeys.UseNewAsync(
            api,
            code,
            ("doctor command", IsLive: true, KeyLife),
            async key => health = (await api.ClientAsync(HttpMethod.Get, "/api/saas/health/client", body: null, key, cancellationToken))["data"]!,
            cancellationToken);
        var late = TimeSpan.FromSeconds(health["oldestDueSeconds"]!.GetValue<long>());
        return
        [
            .. health["services"]!.AsObject().Select(service => OfService(code, service.Key, service.Value!)),
            new Finding("automations", $"{health["activeAutomations"]} active", health["activeAutomations"]!.GetValue<int>() == 0 ? "No rule is switched on, so events start nothing." : null),
            late > Late
                ? new Finding("queue", $"{health["queueDepth"]} due, the oldest for {late:c}", "GET /api/saas/runs/{id}/why says what a run waits for.", IsWrong: true)
                : new Finding("queue", $"{health["queueDepth"]} due"),
        ];
    }

    private static Finding OfService(string code, string name, JsonNode service)
    {
        var status = service["status"]!.ToString();
        var secrets = $"POST /api/clients/{code}/secrets";
        return status switch
        {
            "error" => new Finding(name, status, $"{service["details"]} Correct its account with {secrets}.", IsWrong: true),
            // The server's own, and no account of the client's.
            "not_configured" when name is "storage" => new Finding(name, status),
            "not_configured" => new Finding(name, status, $"Nothing leaves this way until an account is set with {secrets}."),
            "sandbox" => new Finding(name, status, "What is sent stays here, to be read; no provider sees it."),
            _ => new Finding(name, status),
        };
    }

    /// <param name="Advice">What to do about it; null when there is nothing to do.</param>
    private sealed record Finding(string What, string State, string? Advice = null, bool IsWrong = false);
}
