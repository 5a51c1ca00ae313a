using System.Globalization;
using System.Text.Json;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Leads;

/// <summary>What a list of leads is asked for, read from the query.</summary>
internal sealed record LeadQuery(IReadOnlyList<Condition> Plain, Condition? Filter, LeadOrder Order)
{
    private const string RefPrefix = "ref.";

    private const int LongestSearch = 200;

    private static readonly string[] Equalities = ["pipelineId", "stageId", "source", "assignedTo"];

    private static readonly string[] Refs = ["appointmentId", "bookingId", "orderId"];

    private static readonly string[] Searched = ["fullName", "email", "phone", "dealTitle"];

    /// <exception cref="RefusedException">A parameter is not valid; all that are not are named.</exception>
    public static ValueTask<LeadQuery> BindAsync(HttpContext context)
    {
        var errors = new ValidationErrors();
        var query = context.Request.Query;
        List<Condition> plain =
        [
            StatusOf(query, errors),
            .. Equalities.Where(name => Has(query, name)).Select(name => Condition.Eq(name, Text(query, name))),
            .. TagsOf(query),
            .. ScoresOf(query, errors),
            .. SearchOf(query, errors),
            .. RefsOf(query, errors),
            .. TimesOf(query, errors),
        ];
        var filter = FilterOf(query, errors);
        var order = OrderOf(query, errors);
        return errors.Any ? throw new RefusedException(new Failure(errors)) : ValueTask.FromResult(new LeadQuery(plain, filter, order!));
    }

    private static Condition StatusOf(IQueryCollection query, ValidationErrors errors)
    {
        var archived = Condition.Eq("status", "archived");
        switch (Text(query, "status"))
        {
            case "":
                return new Condition.Not(archived);
            case "open" or "won" or "lost" or "archived":
                return Condition.Eq("status", Text(query, "status"));
            default:
                errors.Add("status", "must be open, won, lost or archived");
                return archived;
        }
    }

    private static IEnumerable<Condition> TagsOf(IQueryCollection query)
    {
        var tags = Text(query, "tags").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return tags.Length == 0 ? [] : [Condition.In("tags", tags)];
    }

    private static IEnumerable<Condition> ScoresOf(IQueryCollection query, ValidationErrors errors)
    {
        foreach (var (name, one) in new[] { ("minScore", Operator.Gte), ("maxScore", Operator.Lte) })
        {
            if (!Has(query, name))
            {
                continue;
            }

            if (double.TryParse(Text(query, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score))
            {
                yield return new Condition.Compare("score", one, score);
            }
            else
            {
                errors.Add(name, "must be a number");
            }
        }
    }

    private static IEnumerable<Condition> SearchOf(IQueryCollection query, ValidationErrors errors)
    {
        var text = Text(query, "search").Trim();
        if (text.Length > LongestSearch)
        {
            errors.Add("search", "must be at most 200 characters");
        }

        return text.Length is 0 or > LongestSearch
            ? []
            : [new Condition.Any([.. Searched.Select(field => new Condition.Compare(field, Operator.ContainsCi, text))])];
    }

    private static IEnumerable<Condition> RefsOf(IQueryCollection query, ValidationErrors errors)
    {
        var named = query.Keys.Where(key => key.StartsWith(RefPrefix, StringComparison.Ordinal) && Has(query, key)).Select(key => (Key: key, Name: key[RefPrefix.Length..]));
        foreach (var (key, name) in named.Concat(Refs.Where(name => Has(query, name)).Select(name => (name, name))))
        {
            if (MetadataReader.IsName(name))
            {
                // An id is text, whatever it looks like: "007" is not "7".
                yield return new Condition.All(Condition.Eq("metadata.refs." + name, Text(query, key)), Condition.Exists("metadata.refs." + name));
            }
            else
            {
                errors.Add(key, "has a name that is not 1 to 64 letters, digits, _ or -");
            }
        }
    }

    private static IEnumerable<Condition> TimesOf(IQueryCollection query, ValidationErrors errors)
    {
        foreach (var (name, one) in new[] { ("createdAfter", Operator.Gte), ("createdBefore", Operator.Lt) })
        {
            if (!Has(query, name))
            {
                continue;
            }

            if (Instants.TryParse(Text(query, name).Replace(' ', '+'), out var time))
            {
                yield return new Condition.Compare("createdAt", one, Instants.Write(time));
            }
            else
            {
                errors.Add(name, "must be a time in ISO 8601 with an offset, such as 2026-03-15T09:30:00.000Z");
            }
        }
    }

    private static Condition? FilterOf(IQueryCollection query, ValidationErrors errors)
    {
        if (!Has(query, "filter"))
        {
            return null;
        }

        var mistakes = new Dictionary<string, string[]>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(Text(query, "filter"));
            if (ConditionParser.TryParse(json.RootElement, "filter", ConditionUse.Filter, mistakes, out var condition))
            {
                return condition;
            }
        }
        catch (JsonException)
        {
            errors.Add("filter", "is not JSON");
        }

        foreach (var (path, problems) in mistakes)
        {
            Array.ForEach(problems, problem => errors.Add(path, problem));
        }

        return null;
    }

    private static LeadOrder? OrderOf(IQueryCollection query, ValidationErrors errors)
    {
        var direction = Has(query, "sortDir") ? Text(query, "sortDir") : "desc";
        if (direction is not ("asc" or "desc"))
        {
            errors.Add("sortDir", "must be asc or desc");
        }

        var order = LeadOrder.Parse(Has(query, "sortBy") ? Text(query, "sortBy") : "createdAt", direction is "desc");
        if (order is null)
        {
            errors.Add("sortBy", "must be score, createdAt, updatedAt, dealValue, lastContactedAt or firstName");
        }

        return order;
    }

    private static bool Has(IQueryCollection query, string name) => Text(query, name).Length > 0;

    private static string Text(IQueryCollection query, string name) => query[name].ToString();
}
