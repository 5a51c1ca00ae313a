namespace Ecodrix.Storage.Sqlite;

/// <summary>What a write takes of the writer's time, and of whose.</summary>
/// <param name="Owner">Null when it is nobody's in particular; those together have the turns of one owner.</param>
/// <param name="Rows">How many documents it writes.</param>
internal readonly record struct WriteShare(string? Owner, int Rows)
{
    public static readonly WriteShare Nobodys = new(null, 1);
}

/// <summary>What waits for the writer's thread, in the order of coming; chooses what the next commit takes.</summary>
internal sealed class WriteTurns(int mostInOneTransaction)
{
    private List<Write> waiting = [];

    public bool IsEmpty => waiting.Count == 0;

    public void Add(List<Write> come) => waiting.AddRange(come);

    /// <summary>All that waits when one commit takes it; else as much as it takes, of each owner in turn.</summary>
    /// <returns>Each owner's writes in the order of coming.</returns>
    public IReadOnlyList<Write> Take()
    {
        if (waiting.Count <= mostInOneTransaction)
        {
            var all = waiting;
            waiting = [];
            return all;
        }

        return TakeInTurn();
    }

    private List<Write> TakeInTurn()
    {
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        var order = new PriorityQueue<int, (int Before, int Place)>();

        // A write's place is behind what of its owner's came before it, counted in rows.
        for (var place = 0; place < waiting.Count; place++)
        {
            var (owner, rows) = waiting[place].Share;
            var before = taken.GetValueOrDefault(owner ?? string.Empty);
            taken[owner ?? string.Empty] = before + Math.Max(1, rows);
            order.Enqueue(place, (before, place));
        }

        var chosen = new List<Write>(mostInOneTransaction);
        var left = waiting.ToArray<Write?>();
        while (chosen.Count < mostInOneTransaction)
        {
            var place = order.Dequeue();
            chosen.Add(waiting[place]);
            left[place] = null;
        }

        waiting = [.. left.OfType<Write>()];
        return chosen;
    }
}
