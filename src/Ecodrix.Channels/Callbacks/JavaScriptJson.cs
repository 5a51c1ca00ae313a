using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ecodrix.Channels.Callbacks;

/// <summary>
/// Reads JSON as JavaScript does and writes it back: numbers as doubles, integer-like keys first and ascending at every depth, the last of
/// duplicate keys at the place of the first. Refuses what JavaScript or a receiver's parser would not give back or not take.
/// </summary>
public static partial class JavaScriptJson
{
    /// <summary>Array indices end here; <c>4294967295</c> is an ordinary key (ECMA-262, 6.1.7).</summary>
    private const uint LastArrayIndex = uint.MaxValue - 1;

    /// <summary>Canonical JSON of <paramref name="json"/>, or the first problem with its path.</summary>
    /// <param name="root">What the value is called in paths, such as <c>callbackMetadata</c>.</param>
    public static (CanonicalJson? Json, JsonProblem? Problem) Canonicalise(JsonElement json, string root, JsonBounds bounds)
    {
        var walk = new Walk(bounds);
        if (walk.Value(json, root, depth: 0) is { } problem)
        {
            return (null, problem);
        }

        var written = walk.Writer.Written;
        return written.Length > bounds.MaxBytes
            ? (null, new JsonProblem(root, $"is larger than {bounds.MaxBytes} bytes."))
            : (new CanonicalJson(written.ToArray()), null);
    }

    /// <summary>Takes bytes that were canonical when they were stored.</summary>
    /// <exception cref="ArgumentException">They are not canonical.</exception>
    public static CanonicalJson Stored(ReadOnlyMemory<byte> utf8)
    {
        using var json = JsonDocument.Parse(utf8);
        var (canonical, problem) = Canonicalise(json.RootElement, "$", new JsonBounds(int.MaxValue, MaxDepth: 64));
        return canonical is not null && canonical.Utf8.Span.SequenceEqual(utf8.Span)
            ? canonical
            : throw new ArgumentException($"The stored JSON is not as JavaScript writes it{(problem is null ? "" : $": {problem.Path} {problem.Why}")}.", nameof(utf8));
    }

    internal static bool IsArrayIndex(string key, out uint index)
    {
        index = 0;
        return key.Length is > 0 and <= 10
            && key.All(char.IsAsciiDigit)
            && (key.Length is 1 || key[0] is not '0')
            && uint.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && index <= LastArrayIndex;
    }

    [GeneratedRegex(@"^[A-Za-z_$][\w$]*\z")]
    private static partial Regex PlainKey();

    private sealed class Walk(JsonBounds bounds)
    {
        public JavaScriptWriter Writer { get; } = new();

        public JsonProblem? Value(JsonElement value, string path, int depth)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    return depth >= bounds.MaxDepth ? TooDeep(path) : Object(value, path, depth + 1);
                case JsonValueKind.Array:
                    return depth >= bounds.MaxDepth ? TooDeep(path) : Array(value, path, depth + 1);
                case JsonValueKind.String:
                    return Text(value, path);
                case JsonValueKind.Number:
                    return Number(value, path);
                case JsonValueKind.True or JsonValueKind.False:
                    Writer.Value(value.ValueKind is JsonValueKind.True);
                    return null;
                default:
                    Writer.Null();
                    return null;
            }
        }

        private JsonProblem? Object(JsonElement value, string path, int depth)
        {
            var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var member in value.EnumerateObject())
            {
                if (KeyOf(member) is not { } key)
                {
                    return new JsonProblem(path, "has a key with half a surrogate pair.");
                }

                if (WhyKeyRefused(key, member.Value) is { } refused)
                {
                    return new JsonProblem(Below(path, key), refused);
                }

                members[key] = member.Value;
            }

            Writer.StartObject();
            foreach (var (key, member) in InJavaScriptOrder(members))
            {
                Writer.RawName(key);
                if (Value(member, Below(path, key), depth) is { } problem)
                {
                    return problem;
                }
            }

            Writer.EndObject();
            return null;
        }

        private JsonProblem? Array(JsonElement value, string path, int depth)
        {
            Writer.StartArray();
            var at = 0;
            foreach (var item in value.EnumerateArray())
            {
                if (Value(item, $"{path}[{at++}]", depth) is { } problem)
                {
                    return problem;
                }
            }

            Writer.EndArray();
            return null;
        }

        private JsonProblem? Text(JsonElement value, string path)
        {
            try
            {
                Writer.Value(value.GetString());
                return null;
            }
            catch (InvalidOperationException)
            {
                return new JsonProblem(path, "has half a surrogate pair.");
            }
        }

        private JsonProblem? Number(JsonElement value, string path)
        {
            if (!double.TryParse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                return new JsonProblem(path, "is a number beyond what a double can hold.");
            }

            Writer.Value(number);
            return null;
        }

        private JsonProblem TooDeep(string path) => new(path, $"is nested deeper than {bounds.MaxDepth} levels.");

        private static string? KeyOf(JsonProperty member)
        {
            try
            {
                return member.Name;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }

        /// <summary>Receivers' parsers refuse these as attempts to reach an object's prototype.</summary>
        private static string? WhyKeyRefused(string key, JsonElement value) => key switch
        {
            "__proto__" => "is a key that receivers refuse.",
            "constructor.prototype" => "is a key that receivers refuse.",
            "constructor" when value.ValueKind is JsonValueKind.Object && value.TryGetProperty("prototype", out _) => "has a prototype, which receivers refuse.",
            _ => null,
        };

        private static IEnumerable<KeyValuePair<string, JsonElement>> InJavaScriptOrder(OrderedDictionary<string, JsonElement> members)
        {
            var indices = members.Where(member => IsArrayIndex(member.Key, out _)).OrderBy(member => uint.Parse(member.Key, CultureInfo.InvariantCulture));
            return indices.Concat(members.Where(member => !IsArrayIndex(member.Key, out _)));
        }

        private static string Below(string path, string key) => PlainKey().IsMatch(key) ? $"{path}.{key}" : $"{path}[{JsonSerializer.Serialize(key, JavaScriptNames.Default.String)}]";
    }
}

/// <summary>How large and how deep a value may be; an object or array on its own is one level deep.</summary>
public sealed record JsonBounds(int MaxBytes, int MaxDepth)
{
    /// <summary>What goes into a callback as its sender's metadata.</summary>
    public static readonly JsonBounds Metadata = new(16 * 1024, MaxDepth: 20);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class JavaScriptNames : System.Text.Json.Serialization.JsonSerializerContext;
