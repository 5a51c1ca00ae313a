using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Events.Live;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Storage;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>Progress is told at most four times a second for each job, and its last state always.</summary>
public sealed class PaceTests : IAsyncLifetime
{
    private readonly RecordingOutlet outlet = new();

    private StreamScene scene = null!;

    private LiveStreams streams = null!;

    private Pace pace = null!;

    private TenantId tenant;

    public async ValueTask InitializeAsync()
    {
        scene = await StreamScene.StartAsync();
        (_, tenant) = await scene.WatchedAsync();
        streams = scene.StreamsTo(outlet);
        pace = new Pace(streams, scene.Clock);
    }

    public async ValueTask DisposeAsync()
    {
        streams.Dispose();
        await scene.DisposeAsync();
    }

    [Fact]
    public async Task Of_many_in_a_second_four_are_told_and_the_last_of_all_comes_too()
    {
        for (var done = 1; done <= 100; done++)
        {
            Publish("job", done);
            scene.Clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        (await ToldAsync("job")).ShouldBe([1, 25, 50, 75, 100]);
        Publish("job", 101);
        (await ToldAsync("job")).Count.ShouldBe(5);
        scene.Clock.Advance(TimeSpan.FromMilliseconds(250));
        (await ToldAsync("job"))[^1].ShouldBe(101);
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        (await ToldAsync("job")).Count.ShouldBe(6);
    }

    [Fact]
    public async Task Each_job_has_its_own_pace_and_after_a_rest_the_next_is_told_at_once()
    {
        Publish("one", 1);
        Publish("two", 1);
        (await ToldAsync("one")).ShouldBe([1]);
        (await ToldAsync("two")).ShouldBe([1]);

        scene.Clock.Advance(TimeSpan.FromMilliseconds(300));
        Publish("one", 2);
        (await ToldAsync("one")).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(0, 10, 5, null)]
    [InlineData(5, 10, 5, 5.0)]
    [InlineData(1, 4, 2, 6.0)]
    [InlineData(10, 10, 5, 0.0)]
    [InlineData(5, null, 5, null)]
    public void The_rest_is_foretold_by_the_pace_so_far(long done, int? total, int secondsSoFar, double? expected) =>
        (WorkNews.LeftOf(new Progress(done, total), TimeSpan.FromSeconds(secondsSoFar))?.TotalSeconds).ShouldBe(expected);

    private void Publish(string job, long done) => pace.Publish(tenant, RealtimeEvent.JobProgress(job, "t", done, 100, null));

    private async Task<IReadOnlyList<long>> ToldAsync(string job)
    {
        await streams.WrittenAsync();
        return [.. outlet.Of(tenant.Value).Where(live => string.Equals(live.Event.PaceKey, $"job:{job}", StringComparison.Ordinal)).Select(live => live.Event.Payload.GetProperty("done").GetInt64())];
    }
}
