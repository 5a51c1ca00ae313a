using System.CommandLine;

namespace Ecodrix.Server.Commands;

/// <summary>Tells how far changes of what is stored have come. They are made by themselves, tenant by tenant, beside everything else.</summary>
internal static class MigrateCommand
{
    private static readonly Option<bool> Status = new("--status") { Description = "Tell which migrations there are and how far the tenants are with each." };

    public static Command Describe(CommandOutput output)
    {
        var command = DescribeStatus(output);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(Status))
            {
                result.AddError("Say --status: migrations are made by the server itself.");
            }
        });
        return command;
    }

    private static Command DescribeStatus(CommandOutput output) => EngineOptions.Command(
        "migrate",
        """
        Tell how far migrations have come. A server makes them by itself while it works; nobody waits for them.

        Examples:
          ecodrix migrate --status
        """,
        [Status],
        async (_, api, cancellationToken) =>
        {
            var state = (await api.AdminAsync(HttpMethod.Get, "/api/admin/migrations", body: null, cancellationToken))["data"]!;
            var migrations = state["migrations"]!.AsArray();
            if (migrations.Count > 0)
            {
                output.WriteTable(
                    ["migration", "done", "under way", "pending", "no answer"],
                    migrations.Select(one => (IReadOnlyList<string>)[$"{one!["name"]}", $"{one["done"]}", $"{one["underWay"]}", $"{one["pending"]}", $"{one["silent"]!.AsArray().Count}"]));
            }

            await output.Out.WriteLineAsync(state["isPending"]!.GetValue<bool>() ? "Some are pending." : "None is pending.");
        });
}
