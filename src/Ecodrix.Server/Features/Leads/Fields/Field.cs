using System.Text.Json;

namespace Ecodrix.Server.Features.Leads;

/// <param name="Read">Reads a value; null when it is refused.</param>
/// <param name="Value">What tells whether the field changed; null where that is told otherwise.</param>
internal sealed record Field(FieldReader Read, Func<Lead, object?> Value)
{
    /// <summary>One line of text; blank text clears as null does.</summary>
    public static Field Line(int longest, Func<Lead, string?, Lead> set, Func<Lead, object?> value) =>
        new((json, name, reading) => FieldReaders.Line(json, name, longest, reading) is { } line ? lead => set(lead, line.Text) : null, value);
}

/// <returns>The change that sets the field; null when the value is refused.</returns>
internal delegate Func<Lead, Lead>? FieldReader(JsonElement value, string name, FieldReading reading);
