using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage;

/// <summary>One kind of document of one database. The unit of atomicity is one document.</summary>
/// <remarks>
/// A method that returns has made its change durable. Every method throws <see cref="DatabaseUnavailableException"/>
/// when the database cannot answer; nothing else is thrown for a state of the world.
/// </remarks>
public interface IDocuments<T>
    where T : class, IDocument
{
    /// <returns>Null when there is no such document.</returns>
    Task<T?> FindAsync(string id, CancellationToken cancellationToken);

    /// <returns>Those that exist, in the order of <paramref name="ids"/>.</returns>
    Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <returns>False when the id is taken; nothing was written.</returns>
    Task<bool> TryAddAsync(T document, CancellationToken cancellationToken);

    /// <summary>Adds each on its own: one whose id is taken does not hold the others.</summary>
    /// <returns>For each, in order, what <see cref="TryAddAsync"/> would have said.</returns>
    Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken);

    /// <summary>Replaces the document whose stored version is one less than <paramref name="next"/>'s.</summary>
    /// <returns>False when someone else was first, or the document is gone; nothing was written.</returns>
    Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken);

    /// <returns>False when there was no such document.</returns>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes at most <paramref name="atMost"/> documents that meet the condition.</summary>
    /// <returns>How many were deleted; fewer than <paramref name="atMost"/> when none is left.</returns>
    Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken);

    /// <returns>The documents that meet the condition, sorted stably (ties by <c>_id</c>), at most <see cref="DocumentQuery.Limit"/>.</returns>
    Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken);

    /// <summary>Counts what meets the condition, and stops at <paramref name="atMost"/>.</summary>
    Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken);

    /// <summary>Aggregates in the database. Groups come ordered by their keys.</summary>
    Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken);
}

/// <summary>Which documents, in which order, how many.</summary>
/// <param name="Where">Null means all.</param>
/// <param name="Limit">At least 1.</param>
public sealed record DocumentQuery(Condition? Where, int Limit)
{
    /// <summary>Empty means by <c>_id</c> ascending.</summary>
    public IReadOnlyList<Sort> Sort { get; init; } = [];

    /// <summary>How many to pass over; 0 or more.</summary>
    public int Skip { get; init; }
}

/// <summary>Missing and null sort first ascending, then numbers, then text (ordinal), then the rest.</summary>
/// <param name="Field">A field path; <c>_id</c> for the id.</param>
public sealed record Sort(string Field, bool Descending = false);

/// <param name="By">None (one row for all), one or two.</param>
public sealed record Grouping(Condition? Where, IReadOnlyList<GroupKey> By, IReadOnlyList<Aggregate> Aggregates);

/// <summary>What a group has in common.</summary>
public abstract record GroupKey
{
    private GroupKey()
    {
    }

    /// <summary>The value of a field. A missing one is null.</summary>
    public sealed record Field(string Path) : GroupKey;

    /// <summary>The calendar day of an instant in a time zone, as <c>yyyy-MM-dd</c>.</summary>
    public sealed record LocalDay(string Path, TimeZoneInfo Zone) : GroupKey;
}

/// <summary>One figure of a group. Values that are no numbers are left out of sums, averages and extremes.</summary>
public abstract record Aggregate
{
    private Aggregate()
    {
    }

    public sealed record Count : Aggregate;

    public sealed record CountIf(Condition Condition) : Aggregate;

    public sealed record Sum(string Path) : Aggregate;

    public sealed record Min(string Path) : Aggregate;

    public sealed record Max(string Path) : Aggregate;

    public sealed record Average(string Path) : Aggregate;
}

/// <param name="Keys">As many as the grouping has; text, or null.</param>
/// <param name="Figures">As many as the grouping's aggregates; null where there was no number. Counts and sums are never null.</param>
public sealed record GroupRow(IReadOnlyList<string?> Keys, IReadOnlyList<double?> Figures);
