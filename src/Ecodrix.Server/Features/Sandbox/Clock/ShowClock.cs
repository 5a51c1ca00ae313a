using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Sandbox;

/// <summary>Tells what time it is for the caller's test twin.</summary>
internal static class ShowClock
{
    public static Results<Ok<ClockView>, Failure> Handle(Caller caller, ITenantClock clocks) => caller.Tenant.IsTest
        ? TypedResults.Ok(ClockView.Of(caller.Tenant, clocks))
        : new Failure(SandboxErrors.LiveKey);
}

/// <summary>A test twin's time.</summary>
/// <param name="AheadMinutes">How far it is ahead of the real time.</param>
internal sealed record ClockView(string ClientCode, string Mode, DateTimeOffset Now, double AheadMinutes)
{
    public static ClockView Of(TenantId twin, ITenantClock clocks) =>
        new(twin.Code, twin.Mode, clocks.Now(twin), clocks.AheadOf(twin.Value).TotalMinutes);
}
