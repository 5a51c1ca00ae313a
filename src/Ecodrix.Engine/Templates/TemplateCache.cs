using System.Collections.Concurrent;

namespace Ecodrix.Engine.Templates;

/// <summary>Parsed templates by their text. Emptied when full: what is in use comes back at the price of one parse each.</summary>
internal sealed class TemplateCache(int capacity)
{
    private readonly ConcurrentDictionary<string, (LiquidTemplate? Template, string? Problem)> entries = new(StringComparer.Ordinal);

    public int Count => entries.Count;

    public (LiquidTemplate? Template, string? Problem) GetOrAdd(string text, Func<string, (LiquidTemplate? Template, string? Problem)> parse)
    {
        if (entries.TryGetValue(text, out var known))
        {
            return known;
        }

        var parsed = parse(text);
        if (entries.Count >= capacity)
        {
            entries.Clear();
        }

        // A long text is worth no place: it would let few templates fill the memory.
        if (text.Length <= 8 * 1024)
        {
            entries[text] = parsed;
        }

        return parsed;
    }
}
