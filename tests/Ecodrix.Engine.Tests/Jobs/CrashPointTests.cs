using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Tests.Hosting;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Tests.Jobs;

/// <summary>
/// The same work again and again, each time with a death at another point between accept and rest: before a durable write or a call
/// of a provider, or after it with the answer lost. What lies between two points leaves no trace, so these are all there are.
/// </summary>
public sealed class CrashPointTests
{
    private const string FourSteps = """
        [{"type":"mark","config":{"text":"mark 1"}},{"type":"send","config":{"text":"send 1"}},
         {"type":"mark","config":{"text":"mark 2"}},{"type":"send","config":{"text":"send 2"}}]
        """;

    private const string WithAWait = """
        [{"type":"send","config":{"text":"send 1"}},{"type":"wait","config":{"minutes":5}},{"type":"send","config":{"text":"send 2"}}]
        """;

    [Theory]
    [InlineData("event", false, 8)]
    [InlineData("event", true, 8)]
    [InlineData("wait", false, 7)]
    [InlineData("wait", true, 7)]
    [InlineData("prelude", false, 6)]
    [InlineData("prelude", true, 6)]
    [InlineData("job", false, 4)]
    [InlineData("job", true, 4)]
    public async Task A_process_that_dies_at_any_point_loses_nothing_and_does_nothing_twice(string what, bool afterThePoint, int pointsAtLeast)
    {
        var point = 1;
        while (await DiesAsync(what, point, afterThePoint))
        {
            point++;
        }

        // All points were tried: at the last number nobody died any more.
        (point - 1).ShouldBeGreaterThanOrEqualTo(pointsAtLeast);
    }

    [Fact]
    public async Task Without_the_record_of_effects_the_same_deaths_double_some()
    {
        var (point, doubled, died) = (1, 0, true);
        while (died)
        {
            await using var life = new Life { RecordsEffects = false };
            (died, _, _) = await life.LiveAsync("event", point++, afterThePoint: true);
            doubled += life.HasDoubled ? 1 : 0;
        }

        doubled.ShouldBeGreaterThan(0);
    }

    private static async Task<bool> DiesAsync(string what, int point, bool afterThePoint)
    {
        await using var life = new Life();
        var (died, accepted, last) = await life.LiveAsync(what, point, afterThePoint);
        await life.AssertWholeAsync(last, accepted, $"{(died ? "" : "no ")}death {(afterThePoint ? "after" : "before")} point {point} of {what}");
        return died;
    }

    private sealed class Life : EngineTests
    {
        private const string JobType = "ship";

        public bool RecordsEffects { get; init; } = true;

        public bool HasDoubled => World.Effects.Distinct(StringComparer.Ordinal).Count() < World.Effects.Count;

        /// <returns>Whether the first process died, whether it had accepted the work before, and the process that lived last.</returns>
        public async Task<(bool Died, bool Accepted, EngineProcess Last)> LiveAsync(string what, int point, bool afterThePoint)
        {
            World.Rule("busy", "lead_captured", what is "event" ? FourSteps : WithAWait);
            var first = await StartOneAsync();
            first.Death.AfterThePoint = afterThePoint;
            first.Death.At(point);
            var accepted = await TryAsync(first, what);
            if (!first.Death.IsDead)
            {
                return (false, accepted, first);
            }

            first.Kill();
            var second = await StartOneAsync();
            await FinishAsync(second);
            return (true, accepted, second);
        }

        private async Task<EngineProcess> StartOneAsync()
        {
            EngineProcess? process = null;
            process = await StartAsync(
                options => options.RecordsEffects = RecordsEffects,
                services: services => services.AddSingleton<IWorkHandler>(new Shipping(World, () => process!.Death)));
            return process;
        }

        private static async Task FinishAsync(EngineProcess process)
        {
            await process.PassAsync(TimeSpan.FromMinutes(6));
            await process.PassAsync(TimeSpan.FromMinutes(6));
        }

        private async Task<bool> TryAsync(EngineProcess process, string what)
        {
            var accepted = false;
            try
            {
                await (what is "job" ? AddJobAsync(process) : process.FireAsync("lead_captured", fresh => Prepared(fresh, what)));
                accepted = true;
                await FinishAsync(process);
            }
            catch (DatabaseUnavailableException)
            {
                // The process is dead.
            }

            return accepted;
        }

        private async Task AddJobAsync(EngineProcess process)
        {
            var now = Clock.GetUtcNow();
            var job = new WorkItem { Id = DocumentId.New(now), Tenant = Acme.Value, Type = JobType, CreatedAt = now, RunAt = now, DueAt = now };
            await process.Queue.AddAsync(job, equip: null, Cancelled);
        }

        private static NewEvent Prepared(NewEvent fresh, string what)
        {
            var called = EngineProcess.WithCallback(fresh);
            return what is not "prelude" ? called : called with
            {
                Prelude = new Prelude
                {
                    Config = JsonSerializer.SerializeToElement(new { text = "send 0" }),
                    Step = new Step { Index = 0, Path = "prelude", Type = "send", DueAt = fresh.RunAt },
                    Provides = [],
                },
            };
        }

        public async Task AssertWholeAsync(EngineProcess process, bool accepted, string where)
        {
            var stored = await process.Queue.Documents.QueryAsync(new DocumentQuery(null, 10), Cancelled);
            stored.Count.ShouldBeLessThanOrEqualTo(1, where);
            (stored.Count is 1 || !accepted).ShouldBeTrue($"lost: {where}");
            HasDoubled.ShouldBeFalse($"doubled: {where}");
            World.Callbacks.Distinct().Count().ShouldBeLessThanOrEqualTo(1, where);
            foreach (var work in stored)
            {
                work.IsFinished.ShouldBeTrue(where);
                AssertDone(work, where);
            }
        }

        private void AssertDone(WorkItem work, string where)
        {
            if (work.Event is not { } happened)
            {
                (Did("ship") || work.LastError?.StartsWith("UNKNOWN", StringComparison.Ordinal) is true).ShouldBeTrue($"lost: {where}");
                return;
            }

            if (happened.Prelude is { } prelude)
            {
                (Did("send 0") || prelude.Step.Status is StepStatus.Unknown).ShouldBeTrue($"lost: {where}");
            }

            var run = happened.Runs.ShouldHaveSingleItem();
            run.Status.ShouldBe(RunStatus.Completed, where);
            run.Attention.ShouldBe(run.Steps.Any(step => step.Status is StepStatus.Unknown), where);
            var sends = run.Steps.Where(step => step.Type is "send").ToList();
            (Did("send 1") || sends[0].Status is StepStatus.Unknown).ShouldBeTrue($"lost: {where}");
            (Did("send 2") || sends[1].Status is StepStatus.Unknown).ShouldBeTrue($"lost: {where}");
            run.Steps.Where(step => step.Type is "mark").ShouldAllBe(step => step.Status == StepStatus.Completed);
            World.Callbacks.ShouldNotBeEmpty(where);
            work.Callback!.Status.ShouldBe(CallbackStatus.Delivered, where);
        }

        private bool Did(string text) => World.Effects.Contains(text, StringComparer.Ordinal);

        /// <summary>A job that leaves the house, as a queued message does.</summary>
        private sealed class Shipping(World world, Func<Death> death) : IWorkHandler
        {
            public string Type => JobType;

            public async Task<WorkOutcome> AdvanceAsync(
                ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
            {
                if (work.State is not null)
                {
                    return new WorkOutcome.Unknown("It was started before a crash.");
                }

                if (!await recordEffectAsync(JsonSerializer.SerializeToElement(new { started = true })))
                {
                    return new WorkOutcome.TryLater("The lease is lost.");
                }

                return await death().PassAsync(() =>
                {
                    world.Sent("ship");
                    return Task.FromResult<WorkOutcome>(new WorkOutcome.Done());
                });
            }
        }
    }
}
