using System.Text.RegularExpressions;

namespace Ecodrix.Server.Tests.Architecture;

/// <summary>Reads sources as text and finds where a feature reaches past another's door.</summary>
/// <remarks>
/// A feature's open types are those declared in its door's file, those that the door's file mentions, its interfaces, its
/// named refusals (<c>LeadErrors</c>: they are on the wire anyway) and what registers it. All else is its own. Text is
/// enough here: names of types are unique over the features. What a file declares as its own member, or sets as somebody's
/// member, is no type.
/// </remarks>
internal static partial class FeatureBorders
{
    /// <param name="files">Feature, path and source of every file.</param>
    /// <returns>A sentence for each reach over a border.</returns>
    public static IReadOnlyList<string> Violations(IReadOnlyList<SourceFile> files)
    {
        var owners = Owners(files);
        var open = files
            .Where(IsOpen)
            .SelectMany(file => IsDoor(file) ? Names(file) : Declared(file))
            .ToHashSet(StringComparer.Ordinal);

        return [.. from file in files
                   from name in Names(file).Distinct(StringComparer.Ordinal)
                   where owners.TryGetValue(name, out var owner) && !string.Equals(owner, file.Feature, StringComparison.Ordinal) && !open.Contains(name)
                   select $"{file.Feature}/{file.Name} uses {owners[name]}'s {name}, which is not its door"];
    }

    /// <returns>The doors that stand in a circle; empty when there is none.</returns>
    public static IReadOnlyList<string> DoorCycle(IReadOnlyList<SourceFile> files)
    {
        var owners = Owners(files);
        var uses = files.Where(IsDoor)
            .GroupBy(file => file.Feature, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.SelectMany(Names).Where(owners.ContainsKey).Select(name => owners[name])
                    .Where(owner => !string.Equals(owner, group.Key, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);

        while (uses.FirstOrDefault(entry => !entry.Value.Overlaps(uses.Keys)) is { Key: not null } leaf)
        {
            uses.Remove(leaf.Key);
        }

        return [.. uses.Keys.Order(StringComparer.Ordinal)];
    }

    private static Dictionary<string, string> Owners(IReadOnlyList<SourceFile> files) =>
        files.SelectMany(file => Declared(file).Select(name => (name, file.Feature)))
            .GroupBy(declared => declared.name, StringComparer.Ordinal)
            .Where(group => group.Select(declared => declared.Feature).Distinct(StringComparer.Ordinal).Count() == 1)
            .ToDictionary(group => group.Key, group => group.First().Feature, StringComparer.Ordinal);

    private static bool IsOpen(SourceFile file) =>
        IsDoor(file)
        || (file.Name.StartsWith('I') && char.IsUpper(file.Name.ElementAtOrDefault(1)))
        || file.Name.EndsWith("Errors.cs", StringComparison.Ordinal)
        || file.Name.EndsWith("Services.cs", StringComparison.Ordinal);

    private static bool IsDoor(SourceFile file) => file.Name.EndsWith("Door.cs", StringComparison.Ordinal);

    private static IEnumerable<string> Declared(SourceFile file) =>
        Declaration().Matches(Code(file)).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> Names(SourceFile file)
    {
        var members = Member().Matches(Code(file)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        return Identifier().Matches(Code(file)).Select(match => match.Value).Where(name => !members.Contains(name));
    }

    private static string Code(SourceFile file) => NotCode().Replace(file.Source, " ");

    // Top-level types only: those stand at the left margin.
    [GeneratedRegex(@"^(?:(?:public|internal|sealed|static|abstract|partial|readonly|file)\s+)*(?:class|record struct|record class|record|struct|interface|enum|delegate [^(]+?)\s+(?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    // A simple type, then a name that is not that type's: a field, a constant, a property, a parameter or a method.
    [GeneratedRegex(@"\b(?!(?:new|return|is|not|as|in|or|and|case|await|out|ref|class|record|struct|enum|interface|throw|static|readonly|public|private|internal|required|override|async|params|this|where|when)\b)(?<type>[\w.]+)(?:<[^<>\n]*>)?(?:\[\])?\??[ ](?!\k<type>\b)(?<name>[A-Z]\w+)\s*(?:[=;{(,)])", RegexOptions.ExplicitCapture)]
    private static partial Regex Member();

    // Neither what is assigned nor a named argument nor an object's member.
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+\b(?!:|\s*=(?![=>]))", RegexOptions.ExplicitCapture)]
    private static partial Regex Identifier();

    [GeneratedRegex("""//[^\n]*|"(?:\\.|[^"\\\n])*"|^using [^\n]*|^namespace [^\n]*""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NotCode();
}

/// <param name="Feature">The folder under <c>Features/</c>.</param>
/// <param name="Name">The file's name.</param>
internal sealed record SourceFile(string Feature, string Name, string Source);
