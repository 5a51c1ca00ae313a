using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Jobs;

/// <summary>Looks at what stands in leads' lines, many with one question: what is asked while others are under way goes together.</summary>
/// <remarks>A question is sent after it was asked, never joined to one that is under way: who asks after a write finds it.</remarks>
internal sealed class LineLooks(IDocuments<WorkItem> documents)
{
    private const int MostOfOne = 64;
    private const int MostOfAll = 1_000;
    private const int MostTogether = 100;
    private const int MostUnderWay = 2;

    private readonly Lock door = new();
    private Dictionary<(string Tenant, string Line), TaskCompletionSource<IReadOnlyList<WorkItem>>> waiting = [];
    private int underWay;

    /// <returns>The last that stand there, the very last first; 64 at most.</returns>
    public Task<IReadOnlyList<WorkItem>> SeeAsync(string tenant, string line, CancellationToken cancellationToken)
    {
        TaskCompletionSource<IReadOnlyList<WorkItem>>? answer;
        lock (door)
        {
            if (!waiting.TryGetValue((tenant, line), out answer))
            {
                answer = new TaskCompletionSource<IReadOnlyList<WorkItem>>(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Add((tenant, line), answer);
            }

            if (underWay == MostUnderWay)
            {
                return answer.Task.WaitAsync(cancellationToken);
            }

            underWay++;
        }

        // Not at once: who asks in the same moment comes along.
        ThreadPool.UnsafeQueueUserWorkItem(static looks => _ = looks.RunAsync(), this, preferLocal: false);
        return answer.Task.WaitAsync(cancellationToken);
    }

    // It never throws: every failure is its askers'.
    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                var found = await LookAsync([.. batch.Keys]);
                foreach (var (asked, answer) in batch)
                {
                    answer.TrySetResult(found[asked]);
                }
            }
            catch (Exception failure)
            {
                foreach (var answer in batch.Values)
                {
                    answer.TrySetException(failure);
                }
            }
        }
    }

    private Dictionary<(string Tenant, string Line), TaskCompletionSource<IReadOnlyList<WorkItem>>> Take()
    {
        lock (door)
        {
            var batch = waiting;
            waiting = [];
            if (batch.Count > MostTogether)
            {
                waiting = batch.Skip(MostTogether).ToDictionary();
                batch = batch.Take(MostTogether).ToDictionary();
            }

            if (batch.Count == 0)
            {
                underWay--;
            }

            return batch;
        }
    }

    // One of many who ask may give up, not all.
    private async Task<Dictionary<(string Tenant, string Line), IReadOnlyList<WorkItem>>> LookAsync(IReadOnlyList<(string Tenant, string Line)> asked)
    {
        if (asked.Count > 1)
        {
            var together = await documents.QueryAsync(
                new DocumentQuery(
                    new Condition.All(
                        Condition.In("tenant", asked.Select(one => one.Tenant).Distinct(StringComparer.Ordinal)),
                        Condition.In("inLine", asked.Select(one => one.Line).Distinct(StringComparer.Ordinal))),
                    MostOfAll),
                CancellationToken.None);
            if (together.Count < MostOfAll)
            {
                var lines = together.ToLookup(work => (work.Tenant, work.InLine!));
                return asked.ToDictionary(one => one, IReadOnlyList<WorkItem> (one) => [.. lines[one].OrderByDescending(work => work.LineNumber).Take(MostOfOne)]);
            }
        }

        var alone = await Task.WhenAll(asked.Select(one => LookAsync(one.Tenant, one.Line)));
        return asked.Zip(alone).ToDictionary(one => one.First, one => one.Second);
    }

    private Task<IReadOnlyList<WorkItem>> LookAsync(string tenant, string line) => documents.QueryAsync(
        new DocumentQuery(new Condition.All(Condition.Eq("tenant", tenant), Condition.Eq("inLine", line)), MostOfOne)
        {
            Sort = [new Sort("lineNumber", Descending: true)],
        },
        CancellationToken.None);
}
