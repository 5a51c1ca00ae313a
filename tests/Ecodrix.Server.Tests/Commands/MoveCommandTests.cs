using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Server.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Commands;

/// <summary><c>ecodrix clients move</c> against a server that listens.</summary>
public sealed class MoveCommandTests() : ListeningServer("move")
{
    protected override void Change(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton(new SwitchTimes { Settle = TimeSpan.Zero }));

    [Fact]
    public async Task A_client_is_moved_and_moved_back()
    {
        await using var own = new OwnServer();

        var there = await RunAsync("clients", "move", "DEMO", "--to", own.AddressOf("demo"));
        there.Code.ShouldBe(0, there.Error);
        there.Output.ShouldContain("done");
        there.Output.ShouldNotContain(own.Host);
        (await own.CountAsync("demo", "rules")).ShouldBeGreaterThan(0);

        (await RunAsync("clients", "move", "DEMO", "--to", "default")).Code.ShouldBe(0);
        (await own.CollectionsAsync("demo")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_useless_place_and_an_unknown_client_end_it_with_the_reason()
    {
        var useless = await RunAsync("clients", "move", "DEMO", "--to", "mongodb://user:hunter2@127.0.0.1:1/demo");
        (useless.Code, useless.Error.Contains("No server answers", StringComparison.Ordinal)).ShouldBe((1, true), useless.Error);
        useless.Error.ShouldNotContain("hunter2");
        (await RunAsync("clients", "move", "NOBODY", "--to", "default")).Code.ShouldBe(1);
        (await RunAsync("clients", "move", "DEMO")).Code.ShouldBe(2);
    }
}
