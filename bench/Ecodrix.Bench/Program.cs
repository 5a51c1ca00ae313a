using Ecodrix.Bench;
using Ecodrix.Bench.Crash;
using Ecodrix.Bench.Serving;

// dotnet run -c Release --project bench/Ecodrix.Bench -- <name> [arguments]
if (args is [Served.Switch, .. var switches])
{
    await Served.RunAsync(switches, CancellationToken.None);
    return;
}

using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(90));
switch (args)
{
    case ["crash", .. var rest]:
        await CrashBench.RunAsync(rest, limit.Token);
        break;
    default:
        var table = Table.OfRates();
        await Intake.RunAsync(table, limit.Token);
        table.Write(Console.Out);
        break;
}
