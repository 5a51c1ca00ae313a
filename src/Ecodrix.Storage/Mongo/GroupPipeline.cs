using System.Globalization;
using Ecodrix.Storage.Conditions;
using MongoDB.Bson;

namespace Ecodrix.Storage.Mongo;

/// <summary>A grouping as one aggregation. What is counted on a condition is grouped beside the rest, because a filter cannot stand inside a group.</summary>
internal sealed class GroupPipeline
{
    private const string Rest = "rest";
    private const string Day = "%Y-%m-%d";

    private readonly Layout layout;
    private readonly Grouping grouping;
    private readonly ConditionFilter filter;
    private readonly List<(int At, Condition Condition)> conditional;

    public GroupPipeline(Layout layout, Grouping grouping)
    {
        if (grouping.By.Count > 2)
        {
            throw new ArgumentException("A grouping is by two keys at most.", nameof(grouping));
        }

        this.layout = layout;
        this.grouping = grouping;
        filter = new ConditionFilter(layout);
        conditional = [.. grouping.Aggregates.Select((aggregate, at) => (At: at, Aggregate: aggregate as Aggregate.CountIf)).Where(one => one.Aggregate is not null).Select(one => (one.At, one.Aggregate!.Condition))];
    }

    public BsonDocument[] Stages()
    {
        var match = new BsonDocument("$match", filter.Of(grouping.Where));
        if (conditional.Count == 0)
        {
            return [match, GroupAll()];
        }

        var facets = new BsonDocument(Rest, new BsonArray { GroupAll() });
        foreach (var (at, condition) in conditional)
        {
            facets.Add(Name(at), new BsonArray { new BsonDocument("$match", filter.Of(condition)), Group([new BsonElement(Name(at), new BsonDocument("$sum", 1))]) });
        }

        return [match, new BsonDocument("$facet", facets)];
    }

    /// <param name="found">What the stages yielded.</param>
    public IReadOnlyList<GroupRow> RowsOf(IReadOnlyList<BsonDocument> found)
    {
        Dictionary<BsonValue, BsonDocument> groups = [];
        var all = conditional.Count == 0 ? found : found[0].Elements.SelectMany(facet => facet.Value.AsBsonArray.Select(group => group.AsBsonDocument));
        foreach (var group in all)
        {
            // Values that an expression leaves out of a key and those that are null are one group.
            var key = new BsonDocument(Keys().Select(name => new BsonElement(name, group[StoredNames.Id].AsBsonDocument.GetValue(name, BsonNull.Value))));
            if (!groups.TryAdd(key, group))
            {
                groups[key].Merge(group, overwriteExistingElements: false);
            }
        }

        if (groups.Count == 0 && grouping.By.Count == 0)
        {
            groups.Add(new BsonDocument(), []);
        }

        return [.. groups.Order(Comparer<KeyValuePair<BsonValue, BsonDocument>>.Create((a, b) => Compare(a.Key.AsBsonDocument, b.Key.AsBsonDocument))).Select(group => Row(group.Key.AsBsonDocument, group.Value))];
    }

    private static string Name(int at) => string.Create(CultureInfo.InvariantCulture, $"f{at}");

    private IEnumerable<string> Keys() => grouping.By.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"k{at}"));

    private BsonDocument GroupAll() => Group(grouping.Aggregates.Select((aggregate, at) => (Name: Name(at), Figure: Figure(aggregate))).Where(one => one.Figure is not null).Select(one => new BsonElement(one.Name, one.Figure)));

    private BsonDocument Group(IEnumerable<BsonElement> figures)
    {
        var keys = new BsonDocument(Keys().Zip(grouping.By, (name, key) => new BsonElement(name, Key(key))));
        return new BsonDocument("$group", new BsonDocument(StoredNames.Id, keys).AddRange(figures));
    }

    private BsonDocument Key(GroupKey key)
    {
        switch (key)
        {
            case GroupKey.Field field:
                return new BsonDocument("$ifNull", new BsonArray { "$" + layout.At(field.Path).Path, BsonNull.Value });
            case GroupKey.LocalDay day:
                var place = layout.At(day.Path);
                return new BsonDocument("$dateToString", new BsonDocument
                {
                    { "date", place.Shape.Kind is ShapeKind.Instant ? "$" + place.Path : Date("$" + place.Path) },
                    { "format", Day },
                    { "timezone", day.Zone.Id },
                    { "onNull", BsonNull.Value },
                });
            default:
                throw new ArgumentException("An unknown kind of group key.", nameof(key));
        }
    }

    // Only a text in the one form of an instant is one; every other value has no day.
    private static BsonDocument Date(string value) => new("$cond", new BsonArray
    {
        new BsonDocument("$and", new BsonArray
        {
            new BsonDocument("$eq", new BsonArray { new BsonDocument("$type", value), "string" }),
            new BsonDocument("$regexMatch", new BsonDocument { { "input", value }, { "regex", @"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z" } }),
        }),
        new BsonDocument("$toDate", value),
        BsonNull.Value,
    });

    private BsonDocument? Figure(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Count => new BsonDocument("$sum", 1),
        Aggregate.CountIf => null,
        Aggregate.Sum sum => new BsonDocument("$sum", Number(sum.Path)),
        Aggregate.Min min => new BsonDocument("$min", Number(min.Path)),
        Aggregate.Max max => new BsonDocument("$max", Number(max.Path)),
        Aggregate.Average average => new BsonDocument("$avg", Number(average.Path)),
        _ => throw new ArgumentException("An unknown kind of aggregate.", nameof(aggregate)),
    };

    private BsonDocument Number(string path)
    {
        var value = "$" + layout.At(path).Path;
        return new BsonDocument("$cond", new BsonArray { new BsonDocument("$isNumber", value), value, BsonNull.Value });
    }

    private static int Compare(BsonDocument left, BsonDocument right) =>
        left.Names.Select(name => GroupKeyText.Compare(left[name], right[name])).FirstOrDefault(order => order != 0);

    private GroupRow Row(BsonDocument key, BsonDocument group) => new(
        [.. key.Values.Select(GroupKeyText.Of)],
        [.. grouping.Aggregates.Select((aggregate, at) => Figure(aggregate, group.GetValue(Name(at), BsonNull.Value)))]);

    private static double? Figure(Aggregate aggregate, BsonValue value) =>
        value.IsNumeric ? value.ToDouble() : aggregate is Aggregate.Count or Aggregate.CountIf or Aggregate.Sum ? 0 : null;
}
