using System.Text.RegularExpressions;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Mongo;

/// <summary>How the documents of one collection lie in the database, as far as their declaration tells.</summary>
internal sealed partial class Layout
{
    private const string PlainId = "id";
    private const string Tenant = "tenant";

    private Layout(string name, Shape root, bool plainId, IReadOnlyList<DocumentIndex> indexes)
    {
        Name = name;
        Root = root;
        IdName = plainId ? PlainId : FieldPath.Id;
        Indexes = indexes;
        ShardField = indexes.Any(index => index.Fields is [Tenant, FieldPath.Id]) ? Tenant : null;
    }

    public string Name { get; }

    public Shape Root { get; }

    /// <summary>How the JSON names the id.</summary>
    public string IdName { get; }

    public IReadOnlyList<DocumentIndex> Indexes { get; }

    /// <summary>What stands before the id in the key by which a sharded cluster may part the collection; null when that is the id alone. It never changes.</summary>
    public string? ShardField { get; }

    public static Layout Of<T>()
        where T : class, IDocument<T> => Known<T>.Layout;

    /// <exception cref="ArgumentException">The field is no path.</exception>
    public Place At(string field)
    {
        if (!Path().IsMatch(field))
        {
            throw new ArgumentException("A field is a path of names parted by dots.", nameof(field));
        }

        if (field is FieldPath.Id || string.Equals(field, IdName, StringComparison.Ordinal))
        {
            return Place.Id;
        }

        var names = field.Split('.');
        var shape = Root;
        List<string> walked = [];
        for (var at = 0; at < names.Length; at++)
        {
            if (at > 0 && shape.MayBeList)
            {
                walked.Add(string.Join('.', names[..at]));
            }

            shape = shape.Field(names[at]);
        }

        return new Place(field, shape, walked);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Path();

    private static class Known<T>
        where T : class, IDocument<T>
    {
        public static readonly Layout Layout = Make();

        private static Layout Make()
        {
            var declared = T.Collection;
            var names = declared.Json.Properties.Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
            if (!names.Contains(StoredNames.Version) || !(names.Contains(FieldPath.Id) || names.Contains(PlainId)))
            {
                throw new InvalidOperationException($"A document of {declared.Name} writes its id as _id or id and its version as version.");
            }

            return new Layout(declared.Name, Shape.Of(declared.Json), !names.Contains(FieldPath.Id), declared.Indexes);
        }
    }
}

/// <summary>Where a field lies.</summary>
/// <param name="Walked">The parts of the path before the last that may be lists. MongoDB would look into those, conditions do not.</param>
internal sealed record Place(string Path, Shape Shape, IReadOnlyList<string> Walked)
{
    public static readonly Place Id = new(FieldPath.Id, Shape.Free, []);

    public bool IsId => ReferenceEquals(this, Id);
}
