using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ecodrix.Channels.Callbacks;

/// <summary>
/// Writes JSON as <c>JSON.stringify</c> does, byte for byte: compact, and escaping only what it escapes. A receiver that verifies a
/// signature over <c>JSON.stringify(req.body)</c> so gets the bytes that were signed.
/// </summary>
/// <remarks>
/// The property names given here must not be integer-like, since JavaScript would move them to the front. What strangers named goes
/// through <see cref="JavaScriptJson"/> first and in with <see cref="Value(CanonicalJson)"/>.
/// </remarks>
public sealed class JavaScriptWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);
    private bool _needsComma;

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public JavaScriptWriter StartObject() => Open((byte)'{');

    public JavaScriptWriter EndObject() => Close((byte)'}');

    public JavaScriptWriter StartArray() => Open((byte)'[');

    public JavaScriptWriter EndArray() => Close((byte)']');

    public JavaScriptWriter Name(string name)
    {
        if (JavaScriptJson.IsArrayIndex(name, out _))
        {
            throw new ArgumentException("An integer-like name would be moved to the front by JavaScript.", nameof(name));
        }

        return RawName(name);
    }

    public JavaScriptWriter Value(string? text)
    {
        Comma();
        if (text is null)
        {
            _bytes.Write("null"u8);
        }
        else
        {
            Quoted(text);
        }

        return this;
    }

    public JavaScriptWriter Value(double number) => Literal(JavaScriptNumber.Write(number));

    public JavaScriptWriter Value(bool flag) => Literal(flag ? "true" : "false");

    public JavaScriptWriter Null() => Literal("null");

    /// <summary>A value that is already as JavaScript would write it.</summary>
    public JavaScriptWriter Value(CanonicalJson json)
    {
        Comma();
        _bytes.Write(json.Utf8.Span);
        return this;
    }

    /// <summary>A name and its value, the usual pair.</summary>
    public JavaScriptWriter Property(string name, string? text) => Name(name).Value(text);

    public JavaScriptWriter Property(string name, double number) => Name(name).Value(number);

    public JavaScriptWriter Property(string name, bool flag) => Name(name).Value(flag);

    internal JavaScriptWriter RawName(string name)
    {
        Comma();
        Quoted(name);
        Put((byte)':');
        _needsComma = false;
        return this;
    }

    private JavaScriptWriter Literal(string ascii)
    {
        Comma();
        Ascii(ascii);
        return this;
    }

    private JavaScriptWriter Open(byte bracket)
    {
        Comma();
        Put(bracket);
        _needsComma = false;
        return this;
    }

    private JavaScriptWriter Close(byte bracket)
    {
        Put(bracket);
        _needsComma = true;
        return this;
    }

    private void Comma()
    {
        if (_needsComma)
        {
            Put((byte)',');
        }

        _needsComma = true;
    }

    /// <summary>ECMA-262, 25.5.2.4 QuoteJSONString: quote, backslash, control characters and lone surrogates; nothing else.</summary>
    private void Quoted(string text)
    {
        Put((byte)'"');
        var plainFrom = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogatePair(text, at))
            {
                at++;
            }
            else if (Escape(text[at]) is { } escape)
            {
                Utf8(text.AsSpan(plainFrom, at - plainFrom));
                Ascii(escape);
                plainFrom = at + 1;
            }
        }

        Utf8(text.AsSpan(plainFrom));
        Put((byte)'"');
    }

    private static string? Escape(char letter) => letter switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => "\\u" + ((int)letter).ToString("x4", CultureInfo.InvariantCulture),
        >= '\ud800' and <= '\udfff' => "\\u" + ((int)letter).ToString("x4", CultureInfo.InvariantCulture),
        _ => null,
    };

    private void Utf8(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _bytes);

    private void Ascii(string text) => Encoding.ASCII.GetBytes(text, _bytes);

    private void Put(byte single)
    {
        _bytes.GetSpan(1)[0] = single;
        _bytes.Advance(1);
    }
}
