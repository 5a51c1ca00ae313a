using System.Text.Json.Nodes;
using Ecodrix.Server.Features.Meetings;

namespace Ecodrix.Server.Tests.Meetings;

public sealed class MeetingPlanTests
{
    private static readonly TimeZoneInfo Kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"startTime":"2026-03-20T10:00:00Z"}""", "2026-03-20T10:00:00Z", 30)]
    [InlineData("""{"startTime":"2026-03-20T10:00:00+05:30","durationMinutes":45}""", "2026-03-20T04:30:00Z", 45)]
    [InlineData("""{"startTime":"2026-03-20 10:00","durationMinutes":"15"}""", "2026-03-20T04:30:00Z", 15)]
    [InlineData("""{"startTime":"2026-03-20 10:00","timeZone":"Europe/Berlin"}""", "2026-03-20T09:00:00Z", 30)]
    [InlineData("""{"startTime":"2026-03-20 10:00+02:00"}""", "2026-03-20T08:00:00Z", 30)]
    [InlineData("""{"startTime":"20:00"}""", "2026-03-15T14:30:00Z", 30)]
    [InlineData("""{"startTime":"2026-03-29 02:30","timeZone":"Europe/Berlin"}""", "2026-03-29T01:30:00Z", 30)]
    [InlineData("""{"startTime":"2026-03-29 01:45","timeZone":"Europe/Berlin","durationMinutes":60}""", "2026-03-29T00:45:00Z", 60)]
    [InlineData("""{"startTime":"2026-10-25 02:30","timeZone":"Europe/Berlin"}""", "2026-10-25T00:30:00Z", 30)]
    [InlineData("""{"startTime":"2026-10-25 09:00","timeZone":"Europe/Berlin"}""", "2026-10-25T08:00:00Z", 30)]
    [InlineData("""{"startsInMinutes":90}""", "2026-03-15T10:30:00Z", 30)]
    public void When_it_is_follows_from_the_configuration_and_the_tenants_zone(string config, string start, int minutes)
    {
        var (plan, problem) = MeetingPlan.Read(JsonNode.Parse(config)!.AsObject(), Kolkata, Now);

        problem.ShouldBeNull();
        plan!.Start.ShouldBe(DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture));
        (plan.End - plan.Start).ShouldBe(TimeSpan.FromMinutes(minutes));
    }

    [Theory]
    [InlineData("""{"startTime":"soon"}""", "startTime")]
    [InlineData("""{"startTime":""}""", null)]
    [InlineData("""{"startsInMinutes":5,"durationMinutes":0}""", "durationMinutes")]
    [InlineData("""{"startsInMinutes":5,"timeZone":"Mars/Base"}""", "time zone")]
    [InlineData("""{"startsInMinutes":5,"attendeeEmail":"a@b.test\r\nBcc: c@d.test"}""", "line break")]
    public void What_is_no_plan_is_refused_with_the_reason(string config, string? reason)
    {
        var (_, problem) = MeetingPlan.Read(JsonNode.Parse(config)!.AsObject(), Kolkata, Now);

        (problem ?? string.Empty).ShouldContain(reason ?? string.Empty);
        (problem is null).ShouldBe(reason is null);
    }
}
