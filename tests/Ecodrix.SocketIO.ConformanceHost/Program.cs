using System.Globalization;
using System.Net;
using Ecodrix.SocketIO;
using Ecodrix.SocketIO.ConformanceHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Runs the library for conformance suites from outside:
//   --port 3000 --pingInterval 300 --pingTimeout 200 --connectTimeout 1000 --recovery false --cors "*"   (times in milliseconds)
var builder = WebApplication.CreateSlimBuilder(args);
var settings = builder.Configuration;

TimeSpan Milliseconds(string name, int standard) => TimeSpan.FromMilliseconds(settings.GetValue(name, standard));

builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.IPv6Any, settings.GetValue("port", 3000)));
builder.Services.AddSocketIO(options =>
{
    options.PingInterval = Milliseconds("pingInterval", 300);
    options.PingTimeout = Milliseconds("pingTimeout", 200);
    options.ConnectTimeout = Milliseconds("connectTimeout", 1000);
    options.Recovery = settings.GetValue("recovery", false) ? new RecoveryOptions() : null;
    options.Cors = settings.GetValue("cors", "*") switch
    {
        "" or null => null,
        "*" => new SocketCors(),
        var origins => new SocketCors { AllowOrigin = origin => origins.Split(',').Contains(origin), AllowCredentials = true },
    };
})
    .AddNamespace<EchoHub>("/")
    .AddNamespace<GreetingHub>("/custom");

await using var app = builder.Build();
app.MapSocketIO("/socket.io");
app.MapEngineIO("/engine.io", new Echo());

await app.StartAsync();
await WarmUp.RunAsync(settings.GetValue("port", 3000));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Listening on {string.Join(", ", app.Urls)}"));
await app.WaitForShutdownAsync();
