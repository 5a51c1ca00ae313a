using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>The keys that seal secrets at rest. The first one encrypts, each one decrypts what it sealed.</summary>
internal sealed class EncryptionKeys
{
    public const int KeyBytes = 32;

    private const int IdLength = 12;

    private readonly Dictionary<string, byte[]> keys;

    private EncryptionKeys(IReadOnlyList<byte[]> keys)
    {
        this.keys = keys.ToDictionary(IdOf, key => key, StringComparer.Ordinal);
        FirstId = IdOf(keys[0]);
    }

    /// <summary>The id of the key that encrypts. Ids follow from the keys, so their order in the setting does not change them.</summary>
    public string FirstId { get; }

    public IReadOnlyCollection<string> Ids => keys.Keys;

    /// <param name="setting">One or several keys of 32 bytes in base64, separated by commas; the first encrypts.</param>
    /// <returns>Null when a part of the setting is no such key.</returns>
    public static EncryptionKeys? TryParse(string setting)
    {
        var parts = setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var parsed = new List<byte[]>(parts.Length);

        foreach (var part in parts)
        {
            var key = new byte[KeyBytes + 1];
            if (!Convert.TryFromBase64String(part, key, out var length) || length != KeyBytes)
            {
                return null;
            }

            parsed.Add(key[..KeyBytes]);
        }

        return parsed.Count == 0 ? null : new EncryptionKeys([.. parsed.DistinctBy(Convert.ToHexString, StringComparer.Ordinal)]);
    }

    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <returns>Null when there is no key of that id.</returns>
    public byte[]? Find(string id) => keys.GetValueOrDefault(id);

    /// <summary>A secret of 32 bytes for another purpose from each key, so that no key is used for two things. The first key's is the first.</summary>
    public IReadOnlyList<byte[]> Derive(string purpose) =>
    [
        .. keys.OrderByDescending(entry => string.Equals(entry.Key, FirstId, StringComparison.Ordinal))
            .Select(entry => HKDF.DeriveKey(HashAlgorithmName.SHA256, entry.Value, KeyBytes, info: Encoding.UTF8.GetBytes(purpose))),
    ];

    private static string IdOf(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key))[..IdLength];
}
