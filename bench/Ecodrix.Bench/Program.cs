using Ecodrix.Bench;

// dotnet run -c Release --project bench/Ecodrix.Bench [-- intake runs jobs]
if (args is ["--serve"])
{
    await ServerUnderTest.ServeAsync(CancellationToken.None);
    return;
}

var wanted = args.Length == 0 ? ["intake", "runs", "jobs"] : args;
var table = new Table();
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));

if (wanted.Contains("intake", StringComparer.Ordinal))
{
    await Intake.RunAsync(table, limit.Token);
}

if (wanted.Contains("runs", StringComparer.Ordinal))
{
    await WholeRuns.RunAsync(table, 1, limit.Token);
    await WholeRuns.RunAsync(table, 1_000, limit.Token);
}

if (wanted.Contains("jobs", StringComparer.Ordinal))
{
    await NoOpJobs.RunAsync(table, limit.Token);
}

table.Write(Console.Out);
