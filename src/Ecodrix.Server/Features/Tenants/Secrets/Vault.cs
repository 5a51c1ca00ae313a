using System.Security.Cryptography;
using System.Text;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Seals texts for storage: AES-256-GCM, a random nonce each time, bound to whose text it is and what it is called.</summary>
/// <remarks>A sealed text reads <c>1.{key id}.{base64 of nonce, cipher text and tag}</c>. It opens only for the owner and name that it was sealed for.</remarks>
internal sealed class Vault(EncryptionKeys keys)
{
    private const string Form = "1";

    private static int NonceBytes => AesGcm.NonceByteSizes.MaxSize;

    private static int TagBytes => AesGcm.TagByteSizes.MaxSize;

    public EncryptionKeys Keys => keys;

    /// <param name="owner">A tenant's code, or another name without a line break.</param>
    public string Seal(string owner, string name, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = box.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);

        using var cipher = new AesGcm(keys.Find(keys.FirstId)!, TagBytes);
        cipher.Encrypt(nonce, plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(^TagBytes..), AssociatedWith(owner, name));
        CryptographicOperations.ZeroMemory(plain);
        return $"{Form}.{keys.FirstId}.{Convert.ToBase64String(box)}";
    }

    /// <exception cref="SealBrokenException">A byte was changed, it was sealed for something else, or its key is not configured.</exception>
    public string Open(string owner, string name, string sealedText)
    {
        var parts = sealedText.Split('.');
        if (parts is not [Form, var keyId, var content])
        {
            throw new SealBrokenException($"The secret {name} of {owner} is not in a form that this version reads.");
        }

        var key = keys.Find(keyId) ?? throw new SealBrokenException(
            $"The secret {name} of {owner} is sealed with encryption key {keyId}, which ECODRIX_ENCRYPTION_KEY does not hold.");

        try
        {
            return Decrypt(key, Convert.FromBase64String(content), AssociatedWith(owner, name));
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            throw new SealBrokenException($"The secret {name} of {owner} was changed in storage and cannot be read.", failure);
        }
    }

    /// <returns>The id of the key that a text was sealed with; empty when the text is not in a sealed form.</returns>
    public static string KeyIdOf(string sealedText) => sealedText.Split('.') is [Form, var keyId, _] ? keyId : "";

    private static string Decrypt(byte[] key, byte[] box, byte[] associated)
    {
        if (box.Length < NonceBytes + TagBytes)
        {
            throw new FormatException("Cut short.");
        }

        var plain = new byte[box.Length - NonceBytes - TagBytes];

        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, plain.Length), box.AsSpan(^TagBytes..), plain, associated);
        return Encoding.UTF8.GetString(plain);
    }

    private static byte[] AssociatedWith(string owner, string name) => Encoding.UTF8.GetBytes($"{owner}\n{name}");
}

/// <summary>A stored secret cannot be read: an outage of that secret, never garbage in its place.</summary>
internal sealed class SealBrokenException : Exception
{
    public SealBrokenException()
    {
    }

    public SealBrokenException(string message)
        : base(message)
    {
    }

    public SealBrokenException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
