namespace Ecodrix.Storage.Mongo;

/// <summary>The adapter's own fields in a document, beside those of its JSON.</summary>
internal static class StoredNames
{
    public const string Id = "_id";

    public const string Version = "version";

    /// <summary>Which write made the document what it is: by it a writer knows its own work again after a broken connection.</summary>
    public const string Token = "~write";

    /// <summary>Values that BSON does not keep to the letter: where they stand (<see cref="Path"/>), and what stood there.</summary>
    public const string Exact = "~exact";

    /// <summary>Texts that are numbers to a comparison: where they stand, and which.</summary>
    public const string Numbers = "~numbers";

    public const string Path = "p";

    /// <summary>In <see cref="Exact"/>: the text as it was written.</summary>
    public const string Text = "v";

    /// <summary>In <see cref="Exact"/>: the JSON as it was written.</summary>
    public const string Json = "j";

    /// <summary>In <see cref="Numbers"/>.</summary>
    public const string Number = "n";

    /// <summary>The last part of a path in <see cref="Numbers"/> that stands for any item of a list.</summary>
    public const string AnyItem = "[]";
}
