using System.Diagnostics;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Engine.Templates;

/// <summary>What one render has used and found.</summary>
internal sealed class RenderState(TemplateScope scope, TextForm form)
{
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly TimeSpan used = ThreadTime.Now();
    private readonly long allocated = GC.GetAllocatedBytesForCurrentThread();
    private readonly HashSet<string> encoded = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> warnings = [];
    private int iterations;

    public TemplateScope Scope => scope;

    public TextForm Form => form;

    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>A value as it stands in the text: encoded, and reported when there is none.</summary>
    public string Print(object? value, string expression)
    {
        if (value is null)
        {
            Warn($"{{{{ {expression} }}}} is missing");
            return string.Empty;
        }

        if (value is string text && encoded.Contains(text))
        {
            return text;
        }

        return ValueEncoding.Encode(LiquidValues.ToText(value), form);
    }

    /// <summary>Marks this very text as one that is not encoded again.</summary>
    public string AsEncoded(string text)
    {
        // A text shared with others (a literal, a value) must not carry the mark.
        var own = new string(text.AsSpan());
        encoded.Add(own);
        return own;
    }

    public bool IsEncoded(object? value) => value is string text && encoded.Contains(text);

    public void Warn(string warning)
    {
        if (warnings.Count < 20 && !warnings.Contains(warning, StringComparer.Ordinal))
        {
            warnings.Add(warning);
        }
    }

    public void CountIteration()
    {
        if (++iterations > RenderLimits.MaxIterations)
        {
            throw new RenderLimitException($"loops more than {RenderLimits.MaxIterations:N0} times");
        }

        CheckUse();
    }

    public void CheckUse()
    {
        if (GC.GetAllocatedBytesForCurrentThread() - allocated > RenderLimits.MaxAllocated)
        {
            throw new RenderLimitException($"makes more than {RenderLimits.MaxAllocated / (1024 * 1024)} MiB of text on the way");
        }

        // The passing time is cheap to ask for; a render never leaves its thread, and is only stopped for what it has used itself.
        if (Stopwatch.GetElapsedTime(started) > RenderLimits.MaxTime && ThreadTime.Now() - used > RenderLimits.MaxTime)
        {
            throw new RenderLimitException($"takes longer than {RenderLimits.MaxTime.TotalMilliseconds} ms");
        }
    }
}
