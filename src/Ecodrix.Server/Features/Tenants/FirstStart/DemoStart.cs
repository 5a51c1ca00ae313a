using Ecodrix.Server.Features.Tenants.Clients;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Ecodrix.Server.Features.Tenants.FirstStart;

/// <summary>Where the welcome is printed. Not a log: it holds keys, which a log never does.</summary>
internal sealed record WelcomeOutput(TextWriter Writer);

/// <summary>Makes the demo client before the server listens, and says how to use it once it does.</summary>
internal sealed class DemoStart(DemoClient demo, IWatchLink watch, IServer server, WelcomeOutput output) : IHostedLifecycleService
{
    private Founding.Made? made;

    public async Task StartAsync(CancellationToken cancellationToken) => made = await demo.TryMakeAsync(cancellationToken);

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (made is not null)
        {
            var link = await watch.MakeAsync(made.ClientCode, made.TestApiKey, cancellationToken);
            await output.Writer.WriteAsync(Welcome.Text(made, Address(), link).AsMemory(), cancellationToken);
            made = null;
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The address that works on this machine, whatever the public one is.</summary>
    private string Address()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:4000";
        return address.Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal).Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal).TrimEnd('/');
    }
}
