using System.Text.Json;

namespace Ecodrix.Bench.Dashboards;

/// <summary>What one dashboard of a soak knows: it must end with every number of its tenant and with nothing of another's. Fills its gaps from the history.</summary>
internal sealed class SoakedView(SoakTenant tenant, CancellationToken cancellationToken) : IOnlooker
{
    private const int AtOnce = 1_000;

    private readonly Sequence sequence = new(tenant.FirstSeq);

    private Task filling = Task.CompletedTask;

    public SoakTenant Tenant => tenant;

    public Sequence Sequence => sequence;

    /// <summary>Throws when the history did not answer.</summary>
    public Task Filling => filling;

    public void Hear(ReadOnlySpan<byte> frame, bool isLive)
    {
        var now = TimeProvider.System.GetUtcNow();
        tenant.Tally.CountDelivery();
        if (HeardEvent.Read(frame) is not { } heard || !tenant.IsOwn(frame))
        {
            tenant.Tally.CountForeign();
            return;
        }

        if (isLive)
        {
            tenant.Time(now - heard.At);
        }

        if (!sequence.Add(heard.Seq) && filling.IsCompleted)
        {
            tenant.Tally.CountGap();
            filling = FillAsync();
        }
    }

    public void ComeBack(bool isRecovered)
    {
        tenant.Tally.CountReturn(isRecovered);
        if (!isRecovered)
        {
            filling = FillAsync(filling);
        }
    }

    public void Lose() => tenant.Tally.CountLoss();

    private async Task FillAsync(Task before)
    {
        await before;
        await FillAsync();
    }

    private async Task FillAsync()
    {
        JsonElement answer;
        do
        {
            answer = await tenant.ReadAsync(sequence.Last, AtOnce, cancellationToken);
            if (answer.GetProperty("reset").GetBoolean())
            {
                tenant.Tally.CountReset();
                return;
            }

            foreach (var entry in answer.GetProperty("events").EnumerateArray())
            {
                Take(entry);
            }
        }
        while (answer.GetProperty("hasMore").GetBoolean());
    }

    private void Take(JsonElement entry)
    {
        tenant.Tally.CountFilled();
        if (tenant.IsOwn(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(entry.GetProperty("data"))))
        {
            sequence.Add(entry.GetProperty("seq").GetInt64());
        }
        else
        {
            tenant.Tally.CountForeign();
        }
    }
}
