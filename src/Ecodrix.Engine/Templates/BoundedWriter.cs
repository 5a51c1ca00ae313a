using System.Globalization;
using System.Text;

namespace Ecodrix.Engine.Templates;

/// <summary>Collects text up to one render's length.</summary>
internal sealed class BoundedWriter() : TextWriter(CultureInfo.InvariantCulture)
{
    private readonly StringBuilder text = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        RenderLimits.CheckLength(text.Length + 1L);
        text.Append(value);
    }

    public override void Write(string? value)
    {
        RenderLimits.CheckLength(text.Length + (long)(value?.Length ?? 0));
        text.Append(value);
    }

    public override string ToString() => text.ToString();
}
