using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Ecodrix.Server.Http;

/// <summary>Reads a filter that is one of a closed set, as the wire and the documents spell it.</summary>
internal static class WireEnum
{
    /// <param name="text">Null or empty asks for nothing.</param>
    /// <param name="spelt">As documents spell it; null when nothing is asked for.</param>
    /// <returns>False when it is none of the set.</returns>
    public static bool TryRead<T>(string? text, string name, out string? spelt, [NotNullWhen(false)] out Failure? refusal)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        spelt = string.IsNullOrEmpty(text) ? null : text;
        refusal = spelt is null || names.Contains(spelt, StringComparer.Ordinal)
            ? null
            : new Failure(new ValidationErrors(name, $"must be one of {string.Join(", ", names)}"));
        return refusal is null;
    }
}
