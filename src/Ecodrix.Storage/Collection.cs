using System.Text.Json.Serialization.Metadata;

namespace Ecodrix.Storage;

/// <summary>One kind of document: its name in the database, its JSON form and its indexes.</summary>
/// <param name="Name">Lower camel case, a plural: <c>leads</c>.</param>
/// <param name="Json">How a document is written; camelCase, instants in the form of <see cref="Instants"/>.</param>
/// <param name="Indexes">What queries may rely on. Few on a hot collection: each costs every write.</param>
public sealed record Collection<T>(string Name, JsonTypeInfo<T> Json, params IReadOnlyList<DocumentIndex> Indexes)
    where T : class, IDocument
{
    /// <summary>
    /// Found by id far more often than written, so an adapter that alone writes its files may answer
    /// <see cref="IDocuments{T}.FindAsync"/> from memory. Such a document is shared by all who find it and must be immutable.
    /// </summary>
    public bool IsFoundOften { get; init; }

    /// <summary>
    /// Whose a document is, in a collection that many share. While more writes wait than one commit takes, each owner's are
    /// taken in turn, so that a thousand writes of one do not stand before another's only one. Null: first come, first served.
    /// </summary>
    public Func<T, string>? OwnerOf { get; init; }
}

/// <summary>An ordered index over top-level or nested scalar fields, by path. <c>_id</c> is always indexed alone.</summary>
/// <param name="Fields">Field paths, most selective equality first, the sorted field last: <c>["tenant", "leadId", "_id"]</c>.</param>
public sealed record DocumentIndex(params IReadOnlyList<string> Fields)
{
    /// <summary>When set, only documents in which this field is neither missing nor null are in the index.</summary>
    public string? OnlyWhenSet { get; init; }
}
