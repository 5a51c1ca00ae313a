using System.Diagnostics;
using System.IO.Pipes;
using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>A process that is killed in the middle of its writes has lost none that it acknowledged, and holds nothing afterwards.</summary>
public sealed class SqliteCrashTests : IDisposable
{
    private const string PipeVariable = "ECODRIX_TEST_CRASH_PIPE";
    private const string PathVariable = "ECODRIX_TEST_CRASH_PATH";
    private const int Acknowledged = 3_000;

    private readonly SqliteWorkshop workshop = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => workshop.Dispose();

    [Fact]
    public async Task A_killed_process_loses_no_acknowledged_write_and_frees_its_lock()
    {
        var pipe = $"ecodrix-crash-{Guid.NewGuid():N}";
        await using var server = new NamedPipeServerStream(pipe, PipeDirection.In, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        using var child = StartWriter(pipe);
        await server.WaitForConnectionAsync(Cancelled);
        using var lines = new StreamReader(server);
        List<string> ids = [];
        while (ids.Count < Acknowledged && await lines.ReadLineAsync(Cancelled) is { } id)
        {
            ids.Add(id);
        }

        var second = Should.Throw<DatabaseUnavailableException>(() => workshop.OpenServices());
        child.Kill();
        await child.WaitForExitAsync(Cancelled);

        second.Message.ShouldContain(workshop.ServicesPath);
        ids.Count.ShouldBe(Acknowledged);
        using var services = workshop.OpenServices();
        var found = await services.Documents<Note>().FindManyAsync(ids, Cancelled);
        found.Select(note => note.Id).ShouldBe(ids);
    }

    /// <summary>The process that is killed. Runs only when the test above starts it.</summary>
    [Fact(Explicit = true)]
    public async Task Writer()
    {
        await using var pipe = new NamedPipeClientStream(".", Environment.GetEnvironmentVariable(PipeVariable)!, PipeDirection.Out);
        await pipe.ConnectAsync(Cancelled);
        await using var lines = new StreamWriter(pipe) { AutoFlush = true };
        using var services = new SqliteServicesDatabase(Environment.GetEnvironmentVariable(PathVariable)!, TimeProvider.System);
        var notes = services.Documents<Note>();
        var door = new Lock();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(async writer =>
        {
            for (var number = 0; !Cancelled.IsCancellationRequested; number++)
            {
                var id = $"{writer:00}-{number:000000}";
                (await notes.TryAddAsync(new Note(id, Tenant: "ACME", LeadId: "lead", Text: new string('x', 300)), Cancelled)).ShouldBeTrue();
                lock (door)
                {
                    lines.WriteLine(id);
                }
            }
        }));
    }

    private Process StartWriter(string pipe)
    {
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(SqliteCrashTests).Assembly.Location, null))
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(SqliteCrashTests).FullName}.{nameof(Writer)}" },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[PipeVariable] = pipe;
        start.Environment[PathVariable] = workshop.ServicesPath;
        return Process.Start(start)!;
    }
}
