using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecodrix.Server.Features.Tenants.Secrets;

namespace Ecodrix.Server.Instances;

/// <summary>Proves that a wake comes from an instance: signed with a key that follows from the encryption keys, which all of them hold, and good for half a minute.</summary>
/// <remarks>A wake that is played again within that time wakes once more, which does nothing.</remarks>
internal sealed class WakeSignature(EncryptionKeys keys, TimeProvider clock)
{
    public const string Header = "x-ecodrix-instance";

    private const string Purpose = "ecodrix instances";

    private static readonly TimeSpan Good = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<byte[]> secrets = keys.Derive(Purpose);

    /// <summary>The header's value for a request that leaves now.</summary>
    public string Sign()
    {
        var time = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{time}.{Convert.ToHexStringLower(Hash(secrets[0], time))}";
    }

    /// <summary>Whether one of the configured keys signed it, within the last half minute by this machine's clock.</summary>
    public bool IsGood(string header)
    {
        if (header.Split('.') is not [var time, var hex]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > Good.TotalSeconds)
        {
            return false;
        }

        var shown = Encoding.ASCII.GetBytes(hex);
        return secrets.Any(secret => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Hash(secret, time))), shown));
    }

    private static byte[] Hash(byte[] secret, string time) => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(time));
}
