using System.Diagnostics;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Server.Tests.Commands;

/// <summary>A server in development that listens, with its files in a folder of its own, and the program as an operator types it there.</summary>
public abstract class ListeningServer(string name) : IAsyncLifetime
{
    private WebApplication app = null!;

    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory($"ecodrix-{name}-");

    protected string Url { get; private set; } = "";

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Settings beside the usual ones, as <c>--NAME=value</c>.</summary>
    protected virtual IEnumerable<string> Settings => [];

    protected virtual void Change(IServiceCollection services)
    {
    }

    public async ValueTask InitializeAsync()
    {
        app = EngineHost.Build(
            [
                "--environment=Development", "--urls=http://127.0.0.1:0",
                $"--ECODRIX_DATABASE=sqlite:{Folder.FullName}/data/services.db", $"--ECODRIX_TENANT_DATABASE=sqlite:{Folder.FullName}/data/{{code}}.db",
                $"--ECODRIX_ADMIN_KEY=ops:{ServerFixture.AdminKey}", .. Settings,
            ],
            replace: builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(new WelcomeOutput(TextWriter.Null));
                Change(builder.Services);
            });
        await app.StartAsync(Cancelled);
        Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        Folder.Delete(recursive: true);
    }

    /// <summary>Runs the program against the server.</summary>
    protected Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => AnswerAsync("", args);

    /// <param name="answer">What is typed when it asks.</param>
    protected async Task<(int Code, string Output, string Error)> AnswerAsync(string answer, params string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Ecodrix.Server.exe" : "Ecodrix.Server");
        var start = new ProcessStartInfo(program, [.. args, "--url", Url])
        {
            UseShellExecute = false,
            WorkingDirectory = Folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ECODRIX_ADMIN_KEY"] = ServerFixture.AdminKey;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(answer.AsMemory(), Cancelled);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await output, await error);
    }
}
