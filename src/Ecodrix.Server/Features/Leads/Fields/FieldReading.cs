namespace Ecodrix.Server.Features.Leads;

/// <summary>The reading of one object's fields: what it needs to know, and what it found wrong.</summary>
/// <param name="Region">Where phone numbers without a country code are.</param>
/// <param name="Source">Who says so, where consent is given: <c>api</c>.</param>
internal sealed record FieldReading(string Region, string Source, DateTimeOffset Now)
{
    private readonly List<(string Path, string Problem)> problems = [];

    /// <summary>Where the object stands in the request: empty, or <c>leadData</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>What is wrong with which field, by its JSON path.</summary>
    public IReadOnlyList<(string Path, string Problem)> Problems => problems;

    /// <summary>A phone was given that is not a possible number.</summary>
    public bool FoundInvalidPhone { get; private set; }

    /// <returns>Null, so that a reader can end with it.</returns>
    public Func<Lead, Lead>? Refuse(string field, string problem)
    {
        problems.Add((Under(field), problem));
        return null;
    }

    public void RefusePhone()
    {
        FoundInvalidPhone = true;
        Refuse("phone", "is not a possible phone number");
    }

    private string Under(string field) => Path.Length == 0 ? field : field.Length == 0 ? Path : $"{Path}.{field}";
}
