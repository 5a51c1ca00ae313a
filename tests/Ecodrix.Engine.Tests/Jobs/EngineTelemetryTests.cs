using Ecodrix.Engine.Jobs;

namespace Ecodrix.Engine.Tests.Jobs;

public sealed class EngineTelemetryTests
{
    [Fact]
    public void Where_nobody_listens_a_span_costs_no_memory()
    {
        var now = DateTimeOffset.UnixEpoch;
        var work = new WorkItem
        {
            Id = "665f00000000000000000000",
            Tenant = "ACME",
            Type = WorkItem.EventType,
            CreatedAt = now,
            RunAt = now,
            Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        };
        EngineTelemetry.WorkStarted(work).ShouldBeNull();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 1_000; time++)
        {
            EngineTelemetry.WorkStarted(work);
            EngineTelemetry.StepStarted(work, "send_email", "665f00000000000000000001");
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }
}
