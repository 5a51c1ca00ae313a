using System.CommandLine;

namespace Ecodrix.Server.Commands;

/// <summary>Looks after the encryption of stored secrets.</summary>
internal static class SecretCommands
{
    public static Command Describe(CommandOutput output) => new("secrets", "Look after the encryption of stored secrets.")
    {
        EngineOptions.Command(
            "rotate",
            """
            Encrypt all stored secrets anew with the first key of ECODRIX_ENCRYPTION_KEY.

            Deploy the new key as second, then as first, then run this, then drop the old one.

            Examples:
              ecodrix secrets rotate
            """,
            [],
            async (_, api, cancellationToken) =>
            {
                var done = (await api.AdminAsync(HttpMethod.Post, "/api/admin/secrets/rotate", body: null, cancellationToken))["data"]!;
                output.WriteFields(("clients encrypted anew", done["resealed"]), ("encryption key", done["keyId"]));
            }),
    };
}
