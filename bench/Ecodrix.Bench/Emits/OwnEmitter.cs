using System.Globalization;
using System.Net;
using Ecodrix.SocketIO;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Bench.Emits;

/// <summary>This library's side of the comparison: what <c>node/server.mjs</c> does, in the same words.</summary>
internal static class OwnEmitter
{
    public const string Switch = "--emit";

    private const string Room = "room";

    /// <summary>Prints its address, and emits for each line <c>&lt;emits&gt; &lt;milliseconds between them&gt;</c> until no more comes.</summary>
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSocketIO().AddNamespace<RoomHub>("/");
        await using var app = builder.Build();
        app.MapSocketIO();
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.First());

        var server = app.Services.GetRequiredService<ISocketServer>();
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            var numbers = line.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToList();
            await EmitAsync(server, numbers[0], TimeSpan.FromMilliseconds(numbers[1]), cancellationToken);
            Console.WriteLine("done");
        }
    }

    private static async Task EmitAsync(ISocketServer server, int count, TimeSpan between, CancellationToken cancellationToken)
    {
        var step = new Step(3, "message", "completed", "2026-01-01T00:00:00.000Z", new string('x', 100));
        using var timer = new PeriodicTimer(between, TimeProvider.System);
        for (var number = 1; number <= count; number++)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            await server.To(Room).EmitAsync("run.step", new StepTold("65a1b2c3d4e5f60718293a4b", step, number));
        }
    }

    private sealed class RoomHub : SocketHub
    {
        protected override Task OnConnectAsync(Socket socket)
        {
            socket.Join(Room);
            return Task.CompletedTask;
        }
    }

    private sealed record Step(int Index, string Type, string Status, string At, string Text);

    private sealed record StepTold(string RunId, Step Step, int Seq);
}
