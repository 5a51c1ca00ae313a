namespace Ecodrix.Storage.Sqlite;

/// <summary>Documents of one open file that are found again and again, in memory. Right because nobody else writes the file.</summary>
/// <remarks>
/// A write takes its document out before it is queued and again when it is done, before its caller hears of it. A reader
/// keeps what it read only when no write of the same part was under way or came in between: so nobody finds, after a
/// write was acknowledged, what was there before it.
/// </remarks>
internal sealed class KeptDocuments
{
    private const int Parts = 16;

    /// <summary>Past it a part begins anew; a document is a few kilobytes.</summary>
    private const int MostInPart = 32;

    private readonly Part[] parts = [.. Enumerable.Range(0, Parts).Select(_ => new Part())];

    /// <param name="read">Asks the file; null when there is no such document, which is not kept.</param>
    public T? Find<T>(Table table, string id, Func<T?> read)
        where T : class
    {
        var key = (table, id);
        var part = PartOf(key);
        long seen;
        lock (part)
        {
            if (part.Find(key) is { } known)
            {
                return (T)known;
            }

            seen = part.Writing > 0 ? -1 : part.Written;
        }

        var found = read();
        if (found is not null)
        {
            Keep(part, key, found, seen);
        }

        return found;
    }

    /// <summary>Runs a write of one document.</summary>
    public async Task<TResult> WhileWritingAsync<TResult>(Table table, string id, Func<Task<TResult>> write)
    {
        var key = (table, id);
        var part = PartOf(key);
        Begin(part, key);
        try
        {
            return await write();
        }
        finally
        {
            End(part, key);
        }
    }

    /// <summary>Runs a write that may touch any document.</summary>
    public async Task<TResult> WhileWritingManyAsync<TResult>(Func<Task<TResult>> write)
    {
        Array.ForEach(parts, part => Begin(part, null));
        try
        {
            return await write();
        }
        finally
        {
            Array.ForEach(parts, part => End(part, null));
        }
    }

    private static void Keep(Part part, (Table, string) key, object found, long seen)
    {
        lock (part)
        {
            if (part.Writing > 0 || part.Written != seen)
            {
                return;
            }

            part.Keep(key, found);
        }
    }

    private static void Begin(Part part, (Table, string)? key)
    {
        lock (part)
        {
            part.Writing++;
            part.TakeOut(key);
        }
    }

    private static void End(Part part, (Table, string)? key)
    {
        lock (part)
        {
            part.Writing--;
            part.Written++;
            part.TakeOut(key);
        }
    }

    private Part PartOf((Table Table, string Id) key) => parts[(uint)key.GetHashCode() % Parts];

    private sealed class Part
    {
        private Dictionary<(Table, string), object>? documents;

        /// <summary>How many writes are under way.</summary>
        public int Writing { get; set; }

        /// <summary>How many writes there were.</summary>
        public long Written { get; set; }

        public object? Find((Table, string) key) => documents?.GetValueOrDefault(key);

        public void Keep((Table, string) key, object found)
        {
            // Made when there is something to keep: most parts of most files never have anything.
            documents ??= [];
            if (documents.Count >= MostInPart)
            {
                documents.Clear();
            }

            documents[key] = found;
        }

        /// <param name="key">Null means all.</param>
        public void TakeOut((Table, string)? key)
        {
            if (key is { } one)
            {
                documents?.Remove(one);
            }
            else
            {
                documents?.Clear();
            }
        }
    }
}
