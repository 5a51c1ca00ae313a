using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>Reads a part of a stream out of its pages and its head.</summary>
/// <param name="head">Read before the pages: what moves on to a page meanwhile is still in it.</param>
/// <param name="oldest">What was written before is not told any more, whether it is still there or not.</param>
internal sealed class StretchReading(ITenantDatabase database, StreamHead head, DateTimeOffset oldest)
{
    private const int PagesAtOnce = 16;

    private const int MostBytes = 1024 * 1024;

    private readonly List<StreamEntry> entries = [];

    private int bytes;

    /// <param name="after">At least one less than the head's floor.</param>
    public async Task<Stretch> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var next = after + 1;
        await foreach (var (written, page) in PartsAsync(next, cancellationToken))
        {
            foreach (var entry in page.Where(entry => entry.Seq >= next))
            {
                if (entry.Seq != next || written < oldest)
                {
                    // Cut off between the reading of the head and of this; or too old.
                    return entries.Count == 0 ? Stretch.Lost(head.LastSeq) : Read();
                }

                if (!TryTake(entry, limit))
                {
                    return Read();
                }

                next++;
            }
        }

        return Read();
    }

    private Stretch Read() => new(entries, head.LastSeq, IsLost: false);

    private bool TryTake(StreamEntry entry, int limit)
    {
        if (entries.Count == limit || (entries.Count > 0 && bytes + entry.Bytes > MostBytes))
        {
            return false;
        }

        bytes += entry.Bytes;
        entries.Add(entry);
        return true;
    }

    private async IAsyncEnumerable<(DateTimeOffset Written, IReadOnlyList<StreamEntry> Entries)> PartsAsync(
        long from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = head.Open[0].Seq;
        var pages = database.Documents<StreamPage>();
        if (from < open)
        {
            var first = await pages.QueryAsync(
                new DocumentQuery(Condition.Lte("_id", StreamPage.IdOf(from)), 1) { Sort = [new Sort("_id", Descending: true)] }, cancellationToken);
            foreach (var page in first)
            {
                yield return (page.WrittenAt, page.Entries);
            }

            var last = StreamPage.IdOf(from);
            IReadOnlyList<StreamPage> more;
            do
            {
                var rest = new Condition.All(Condition.Gt("_id", last), Condition.Lt("_id", StreamPage.IdOf(open)));
                more = await pages.QueryAsync(new DocumentQuery(rest, PagesAtOnce) { Sort = [new Sort("_id")] }, cancellationToken);
                foreach (var page in more)
                {
                    yield return (page.WrittenAt, page.Entries);
                    last = page.Id;
                }
            }
            while (more.Count == PagesAtOnce);
        }

        yield return (head.WrittenAt, head.Open);
    }
}
