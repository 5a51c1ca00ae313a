using Ecodrix.Bench;
using Ecodrix.Bench.Emits;
using Ecodrix.Bench.Serving;

// dotnet run -c Release --project bench/Ecodrix.Bench -- <name> [arguments]
if (args is [Served.Switch, .. var switches])
{
    await Served.RunAsync(switches, CancellationToken.None);
    return;
}

if (args is [OwnEmitter.Switch])
{
    await OwnEmitter.RunAsync(CancellationToken.None);
    return;
}

using var limit = new CancellationTokenSource(TimeSpan.FromHours(2));
await Benchmarks.RunAsync(args, limit.Token);
