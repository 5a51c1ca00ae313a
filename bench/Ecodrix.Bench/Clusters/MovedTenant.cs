using System.Globalization;
using System.Text.Json.Nodes;
using Ecodrix.Bench.Serving;
using Microsoft.Data.Sqlite;

namespace Ecodrix.Bench.Clusters;

/// <summary>What is done with a tenant that is moved.</summary>
internal static class MovedTenant
{
    public const string Default = "default";

    private const int AtOnce = 32;

    private const string Extra = """
        { "dotted": "a.b", "money": 1.10, "price": "1.10", "exponent": 1E3, "whole": 9007199254740993, "far": 12345678901234567890,
          "at": "2026-03-15T15:00:00+05:30", "zulu": "2026-03-15T15:00:00.000Z", "text": "नमस्ते 😀 \u0000 \" \\", "yes": true, "small": 0.0000001, "tilde": "~exact" }
        """;

    /// <summary>Makes leads with all that is hard to keep to the letter.</summary>
    public static Task FillAsync(Tenant tenant, int leads, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, leads),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (number, token) => await tenant.PostAsync("/api/crm/leads", Lead(number), token));

    /// <summary>Asks until the move is done, as <c>ecodrix clients move</c> does.</summary>
    public static async Task MoveAsync(ServerUnderTest server, string code, string to, CancellationToken cancellationToken)
    {
        while ((await server.AdminAsync(HttpMethod.Post, $"/api/clients/{code}/move", new { to }, cancellationToken)).GetProperty("state").GetString() is not "done")
        {
            // It goes on where it was.
        }
    }

    /// <summary>The same, while a hold may last that a dead process left.</summary>
    public static async Task MoveAgainAsync(ServerUnderTest server, string code, string to, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await MoveAsync(server, code, to, cancellationToken);
                return;
            }
            catch (IOException refused) when (refused.Message.Contains("answered 409", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Every document of a tenant's file, as it is written there.</summary>
    public static IReadOnlyDictionary<string, string> ReadFile(ServerUnderTest server, string code)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(server.Folder.FullName, "tenants", code + ".db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var documents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in Read(connection, "SELECT name, '' FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Select(row => row.Key).ToList())
        {
            foreach (var (id, body) in Read(connection, $"SELECT _id, version || ' ' || body FROM \"{table}\""))
            {
                documents[$"{table} {id}"] = body;
            }
        }

        return documents;
    }

    private static List<KeyValuePair<string, string>> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<KeyValuePair<string, string>>();
        while (reader.Read())
        {
            rows.Add(new(reader.GetString(0), reader.GetString(1)));
        }

        return rows;
    }

    private static JsonObject Lead(int number) => new()
    {
        ["firstName"] = "Asha",
        ["lastName"] = $"Rao {number.ToString(CultureInfo.InvariantCulture)} é",
        ["phone"] = string.Create(CultureInfo.InvariantCulture, $"+9198{number:00000000}"),
        ["dealValue"] = JsonNode.Parse("1234.5"),
        ["tags"] = new JsonArray("a", "b.c"),
        ["metadata"] = new JsonObject { ["refs"] = new JsonObject { ["orderId"] = "0123456789abcdef01234567", ["invoice_no"] = "1.10" }, ["extra"] = JsonNode.Parse(Extra) },
    };
}
