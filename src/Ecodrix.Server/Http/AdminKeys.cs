using System.Security.Cryptography;
using System.Text;
using Ecodrix.Server.Configuration;

namespace Ecodrix.Server.Http;

/// <summary>The operators' keys. There is no default one: without any, the admin API is off.</summary>
internal sealed class AdminKeys(Settings settings)
{
    private readonly (string Name, byte[] Hash)[] keys =
        [.. settings.AdminKeys.Select(key => (key.Name, SHA256.HashData(Encoding.UTF8.GetBytes(key.Key))))];

    public bool AreNone => keys.Length == 0;

    /// <returns>The name of the key, or null when it is none of them. Takes the same time for each.</returns>
    public string? NameOf(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        string? name = null;
        foreach (var known in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known.Hash, hash))
            {
                name = known.Name;
            }
        }

        return name;
    }
}
