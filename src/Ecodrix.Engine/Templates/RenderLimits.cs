namespace Ecodrix.Engine.Templates;

/// <summary>What one render may use (10-engine.md, "Templates").</summary>
public static class RenderLimits
{
    /// <summary>Characters of the text that comes out, and of any text made on the way.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Turns of all loops together, and items of any list made on the way.</summary>
    public const int MaxIterations = 10_000;

    /// <summary>How deep blocks may be nested; parsing and rendering recurse.</summary>
    public const int MaxDepth = 32;

    /// <summary>Filters of one expression.</summary>
    public const int MaxFilters = 20;

    /// <summary>Bytes made on the way and thrown away again, which others would have to wait for. What an honest template needs is far below.</summary>
    public const long MaxAllocated = 128L * 1024 * 1024;

    /// <summary>Of a processor: a render that waits for its turn on a busy machine is not to blame.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(50);

    /// <exception cref="RenderLimitException">The text has grown too long.</exception>
    internal static void CheckLength(long length)
    {
        if (length > MaxLength)
        {
            throw new RenderLimitException($"grows beyond {MaxLength:N0} characters");
        }
    }
}

/// <summary>A render has used up what it may use. An <see cref="OperationCanceledException"/>, because that is what the renderer lets through.</summary>
internal sealed class RenderLimitException(string message) : OperationCanceledException(message);
