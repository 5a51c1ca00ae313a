namespace Ecodrix.Storage;

/// <summary>Something that is stored whole, found by its id and replaced only by who saw its latest version.</summary>
public interface IDocument
{
    /// <summary>Unique in its collection; the only name a document has. Stored as <c>_id</c>.</summary>
    string Id { get; }

    /// <summary>1 when the document is added, one more with every replacement.</summary>
    long Version { get; }
}

/// <summary>A document that says itself where it is kept and what it is found by.</summary>
public interface IDocument<TSelf> : IDocument
    where TSelf : class, IDocument<TSelf>
{
    static abstract Collection<TSelf> Collection { get; }
}
