using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Realtime.Streams;

/// <summary>How much of a stream is kept: 24 hours of it, and at most 50,000 events.</summary>
internal static class Keeping
{
    public const int MostEvents = 50_000;

    /// <summary>What a trim leaves; the rest is room until the next.</summary>
    private const int LeftEvents = MostEvents - (2 * BetweenTrims);

    /// <summary>After so many events more, what is kept is looked over.</summary>
    public const int BetweenTrims = 1_000;

    private const int PagesAtOnce = 50;

    public static TimeSpan AtMost { get; } = TimeSpan.FromHours(24);

    /// <summary>And after so long.</summary>
    public static TimeSpan Between { get; } = TimeSpan.FromMinutes(10);

    /// <summary>The first number that stays: that of the first page which is neither too old nor too much.</summary>
    public static async Task<long> FloorAsync(ITenantDatabase database, StreamHead head, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var floor = head.Floor;
        while (true)
        {
            var query = new DocumentQuery(Condition.Gte("_id", StreamPage.IdOf(floor)), PagesAtOnce) { Sort = [new Sort("_id")] };
            var pages = await database.Documents<StreamPage>().QueryAsync(query, cancellationToken);
            foreach (var page in pages)
            {
                if (page.WrittenAt >= now - AtMost && head.LastSeq - page.FirstSeq < LeftEvents)
                {
                    return floor;
                }

                floor = page.LastSeq + 1;
            }

            if (pages.Count < PagesAtOnce)
            {
                return floor;
            }
        }
    }
}
