using System.Text.RegularExpressions;

namespace Ecodrix.Storage.Conditions;

/// <summary>Names of fields in rules: which thing, then the path in it.</summary>
public static partial class Fields
{
    public const string Lead = "lead.";

    private static readonly string[] Namespaces = [Lead, "event.", "data.", "conversation.", "resolved."];

    /// <summary>The same condition over the document itself: <c>lead.score</c> becomes <c>score</c>. Other fields stay.</summary>
    public static Condition OfDocument(this Condition condition) => condition switch
    {
        Condition.All all => new Condition.All([.. all.Conditions.Select(OfDocument)]),
        Condition.Any any => new Condition.Any([.. any.Conditions.Select(OfDocument)]),
        Condition.Not not => new Condition.Not(not.Inner.OfDocument()),
        Condition.Compare compare when IsOfLead(compare.Field) => compare with { Field = compare.Field[Lead.Length..] },
        _ => condition,
    };

    internal static bool IsValid(string path) => Path().IsMatch(path);

    internal static bool IsOfLead(string path) => path.StartsWith(Lead, StringComparison.Ordinal);

    /// <summary>A bare name means the lead's.</summary>
    internal static string Full(string path) =>
        path.StartsWith("vars.", StringComparison.Ordinal) ? string.Concat("event.", path.AsSpan("vars.".Length))
        : Namespaces.Any(name => path.StartsWith(name, StringComparison.Ordinal)) ? path
        : Lead + path;

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_-]+){0,9}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Path();
}
