using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ecodrix.Server.Http.Bodies;

/// <summary>Tells text that is no JSON from JSON that is not what the route takes, and names the field.</summary>
internal static partial class JsonFaults
{
    private const int DeepestNesting = 64;

    public static Failure Explain(JsonException fault)
    {
        // The reader's own complaints come as an inner exception of a type that is not public.
        if (fault.InnerException is JsonException syntax)
        {
            return new Failure(syntax.Message.Contains("maximum configured depth", StringComparison.Ordinal) ? Errors.TooDeep : Errors.InvalidJson);
        }

        var path = FieldPath(fault.Path);
        var missing = MissingProperties().Match(fault.Message);
        if (missing.Success)
        {
            return Missing(path, missing.Groups["name"].Captures.Select(name => name.Value));
        }

        var unknown = UnknownProperty().Match(fault.Message);
        return unknown.Success
            ? new Failure(new ValidationErrors(Under(path, unknown.Groups["name"].Value), "is not a field that can be changed"))
            : new Failure(new ValidationErrors(path, Complaint(fault)));
    }

    /// <summary>The options that every request body is read with allow this much and no more.</summary>
    public static int Depth => DeepestNesting;

    private static Failure Missing(string path, IEnumerable<string> names)
    {
        var errors = new ValidationErrors();
        foreach (var name in names)
        {
            errors.Add(Under(path, name), "is required");
        }

        return new Failure(errors);
    }

    private static string Complaint(JsonException fault)
    {
        // Where a property is read through its constructor, the message names the whole type and only the cause tells the kind.
        if (fault.InnerException is InvalidOperationException cause && WantedKind().Match(cause.Message) is { Success: true } kind)
        {
            return kind.Groups["kind"].Value switch
            {
                "string" => "must be text",
                "boolean" => "must be true or false",
                _ => "must be a number",
            };
        }

        var wanted = WrongType().Match(fault.Message);
        if (!wanted.Success)
        {
            // A converter's own sentence; the serializer puts the path after it.
            return fault.Message.Contains(" Path: ", StringComparison.Ordinal) || fault.Message.Length > 200 ? "is not valid" : Lowered(fault.Message);
        }

        return wanted.Groups["type"].Value.TrimEnd('.') switch
        {
            "System.String" => "must be text",
            "System.Boolean" => "must be true or false",
            "System.Int32" or "System.Int64" => "must be a whole number",
            "System.Decimal" or "System.Double" => "must be a number",
            "System.DateTimeOffset" => "must be a time in ISO 8601 with an offset, such as 2026-03-15T09:30:00.000Z",
            var type when type.Contains("List`1", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) => "must be a list",
            _ => "is of the wrong type or not one of the allowed values",
        };
    }

    private static string Lowered(string sentence) =>
        sentence.Length == 0 ? "is not valid" : "is not valid: " + char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');

    private static string Under(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <returns>The path without <c>$.</c>; empty for the body itself.</returns>
    private static string FieldPath(string? path) => path switch
    {
        null or "$" => "",
        ['$', '.', .. var rest] => rest,
        ['$', .. var rest] => rest,
        _ => path,
    };

    [GeneratedRegex("""missing required properties including: ('(?<name>[^']*)'(, |; |\.)?)+""", RegexOptions.ExplicitCapture)]
    private static partial Regex MissingProperties();

    [GeneratedRegex("""Cannot get the value of a token type '\w+' as a (?<kind>string|boolean|number)""", RegexOptions.ExplicitCapture)]
    private static partial Regex WantedKind();

    [GeneratedRegex("""^The JSON property '(?<name>[^']*)' could not be mapped""", RegexOptions.ExplicitCapture)]
    private static partial Regex UnknownProperty();

    [GeneratedRegex("""^The JSON value could not be converted to (System\.Nullable`1\[)?(?<type>[^\s\[]+(\[\])?)""", RegexOptions.ExplicitCapture)]
    private static partial Regex WrongType();
}
