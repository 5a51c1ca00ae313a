using System.CommandLine;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Commands;

/// <summary>Copies the database files of an embedded server, while it runs or not.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> Folder = new("dir") { Description = "Where the copies go: a folder that is empty or not there, on the server's machine." };

    public static Command Describe(CommandOutput output) => EngineOptions.Command(
        "backup",
        """
        Copy all database files, each whole and as of one moment, while the server works.

        To restore: stop the server, empty its data folder but for keys/ and epochs/, copy services.db and tenants/ back, and
        start it. It recognises that it was restored and lets no effect leave until ecodrix release says what becomes of it.

        Examples:
          ecodrix backup /var/backups/ecodrix/2026-03-15
        """,
        [Folder],
        async (parsed, api, cancellationToken) =>
        {
            var body = new JsonObject { ["folder"] = Path.GetFullPath(parsed.GetValue(Folder)!) };
            var made = (await api.AdminAsync(HttpMethod.Post, "/api/admin/backup", body, cancellationToken))["data"]!;
            output.WriteFields(("folder", made["folder"]), ("taken at", made["takenAt"]), ("files", made["files"]), ("bytes", made["bytes"]));
        });
}
