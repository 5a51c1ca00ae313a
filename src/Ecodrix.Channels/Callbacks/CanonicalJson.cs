using System.Text;
using System.Text.Json.Serialization;

namespace Ecodrix.Channels.Callbacks;

/// <summary>JSON as <c>JSON.stringify(JSON.parse(…))</c> leaves it. Made by <see cref="JavaScriptJson"/> only.</summary>
public sealed record CanonicalJson
{
    [JsonIgnore]
    private readonly byte[] _utf8;

    internal CanonicalJson(byte[] utf8) => _utf8 = utf8;

    public ReadOnlyMemory<byte> Utf8 => _utf8;

    public override string ToString() => Encoding.UTF8.GetString(_utf8);
}

/// <param name="Path">Where, such as <c>callbackMetadata.items[2].id</c>.</param>
/// <param name="Why">The rest of a sentence about it.</param>
public sealed record JsonProblem(string Path, string Why);
