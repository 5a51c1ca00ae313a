using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Ecodrix.Engine;
using Ecodrix.Server.Configuration;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Architecture;

/// <summary>The collections and indexes that <c>docs/scaling.md</c> counts are those that are declared.</summary>
public sealed partial class ScalingPageTests
{
    [Fact]
    public void Every_collection_stands_on_the_page_with_its_number_of_indexes()
    {
        var page = Row().Matches(File.ReadAllText(PathOf()))
            .GroupBy(row => row.Groups[1].Value, row => int.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .ToDictionary(rows => rows.Key, rows => rows.Distinct().ToList(), StringComparer.Ordinal);

        var declared = Declared();
        declared.Count.ShouldBeGreaterThan(30);
        declared.Where(one => !page.TryGetValue(one.Name, out var counted) || counted is not [var only] || only != one.Indexes)
            .Select(one => $"{one.Name} has {one.Indexes} indexes").ShouldBeEmpty();
    }

    private static List<(string Name, int Indexes)> Declared()
    {
        Assembly[] assemblies = [typeof(IDocument).Assembly, typeof(EngineOptions).Assembly, typeof(Settings).Assembly];
        return
        [
            .. assemblies.SelectMany(assembly => assembly.GetTypes())
                .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IDocument)))
                .Select(type => type.GetProperty("Collection", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
                .Select(collection => ((string)Value(collection, "Name"), ((ICollection)Value(collection, "Indexes")).Count)),
        ];
    }

    private static object Value(object collection, string name) => collection.GetType().GetProperty(name)!.GetValue(collection)!;

    private static string PathOf([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/scaling.md"));

    [GeneratedRegex(@"`(\w+)` (\d+)")]
    private static partial Regex Row();
}
