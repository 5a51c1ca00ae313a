using System.Diagnostics;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Server.Tests.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Server.Tests.Commands;

/// <summary><c>ecodrix clients move</c> against a server that listens.</summary>
public sealed class MoveCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-move-");

    private WebApplication app = null!;

    private string url = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        app = EngineHost.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", $"--ECODRIX_DATABASE=sqlite:{folder.FullName}/data/services.db", $"--ECODRIX_TENANT_DATABASE=sqlite:{folder.FullName}/data/{{code}}.db", $"--ECODRIX_ADMIN_KEY=ops:{ServerFixture.AdminKey}"],
            replace: builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(new WelcomeOutput(TextWriter.Null));
                builder.Services.Replace(ServiceDescriptor.Singleton(new SwitchTimes { Settle = TimeSpan.Zero }));
            });
        await app.StartAsync(Cancelled);
        url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }

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

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Ecodrix.Server.exe" : "Ecodrix.Server");
        var start = new ProcessStartInfo(program, [.. args, "--url", url])
        {
            UseShellExecute = false,
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ECODRIX_ADMIN_KEY"] = ServerFixture.AdminKey;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await output, await error);
    }
}
