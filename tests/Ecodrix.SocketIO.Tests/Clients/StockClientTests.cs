using System.Diagnostics;
using System.Text.Json.Nodes;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Clients;

/// <summary>The stock client of npm, newest and oldest of version 4, over each transport.</summary>
public sealed class StockClientTests
{
    public static TheoryData<string, string> Ways { get; } = new(
        from version in (string[])["latest", "first"] from way in (string[])["polling", "websocket", "upgrade"] select (version, way));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Arguments_binary_and_answers_go_both_ways(string version, string way)
    {
        var seen = await RunAsync(version, way, "talk");

        seen["echo"]!.ToJsonString().ShouldBe(JsonNode.Parse("""[1,"zwei",{"drei":[null,true,4.5,"é😀\u2028"]},[]]""")!.ToJsonString());
        seen["binary"]!.ToJsonString().ShouldBe("[[0,1,254,255],[0,1,254,255]]");
        seen["doubled"]!.ToJsonString().ShouldBe("[42,21]");
        seen["auth"]!.ToJsonString().ShouldBe("""[{"token":"t1"}]""");
        seen["empty"]!.ToJsonString().ShouldBe("[]");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Traffic_in_both_directions_survives_the_change_of_transport_whole_and_in_order(string version, string way)
    {
        var seen = await RunAsync(version, way, "flood");

        seen["events"]!.AsArray().Select(number => number!.GetValue<int>()).ShouldBe(Enumerable.Range(0, 200));
        seen["inOrder"]!.GetValue<int>().ShouldBe(seen["sent"]!.GetValue<int>());
        seen["transport"]!.GetValue<string>().ShouldBe(way is "polling" ? "polling" : "websocket");
        seen["connects"]!.GetValue<int>().ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_lost_connection_is_made_again_by_the_client_itself(string version, string way)
    {
        var seen = await RunAsync(version, way, "reconnect");

        seen["connects"]!.GetValue<int>().ShouldBe(2);
        seen["echo"]!.ToJsonString().ShouldBe("[\"again\"]");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_refusal_is_an_error_with_its_data_and_the_connection_stays(string version, string way)
    {
        var seen = await RunAsync(version, way, "refused");

        seen["refusal"]!.ToJsonString().ShouldBe("""{"message":"NOT HERE","data":{"code":7}}""");
        seen["unknown"]!["message"]!.GetValue<string>().ShouldBe("Invalid namespace");
        seen["echo"]!.ToJsonString().ShouldBe("[\"still here\"]");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_socket_that_is_taken_out_knows_that_the_server_did_it(string version, string way)
    {
        var seen = await RunAsync(version, way, "dismissed");

        seen["disconnects"]!.ToJsonString().ShouldBe("[\"io server disconnect\"]");
    }

    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    [InlineData("upgrade")]
    public async Task A_client_that_comes_back_is_recovered_with_what_it_missed(string way)
    {
        var seen = await RunAsync("latest", way, "recover");

        seen["recoveredAtFirst"]!.GetValue<bool>().ShouldBeFalse();
        seen["recovered"]!.GetValue<bool>().ShouldBeTrue();
        seen["sameId"]!.GetValue<bool>().ShouldBeTrue();
        seen["events"]!.ToJsonString().ShouldBe("[1,2,3]");
    }

    private static async Task<JsonNode> RunAsync(string version, string way, string story)
    {
        var folder = Folder();
        Assert.SkipWhen(WhyUnavailable(folder) is not null, WhyUnavailable(folder) ?? "");
        await using var server = await LoopbackServer.StartAsync(
            options => options.Recovery = story is "recover" ? new RecoveryOptions() : null, Counterpart, Guard, customName: "/guarded");
        var start = new ProcessStartInfo("node") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["client.mjs", version, server.Address.ToString(), way, story])
        {
            start.ArgumentList.Add(argument);
        }

        using var node = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Eventually.Patience);
        try
        {
            var said = await node.StandardOutput.ReadToEndAsync(patience.Token);
            said.ShouldNotBeEmpty(await node.StandardError.ReadToEndAsync(patience.Token));
            server.Log.Lines.ShouldBeEmpty();
            return JsonNode.Parse(said)!;
        }
        finally
        {
            node.Kill();
        }
    }

    /// <summary>What the stories ask of the server.</summary>
    private static void Counterpart(TestHub hub)
    {
        hub.Hear("echo", received => Answered(() => received.Answer([.. received.Arguments])));
        hub.Hear("auth", received => Answered(() => received.Answer(received.Socket.Handshake.Auth)));
        hub.Hear("nothing", received => Answered(() => received.Answer()));
        hub.Hear("dismiss-me", received => Answered(() => received.Socket.Disconnect()));
        hub.Hear("drop-me", received => Answered(() => received.Socket.Client.Connection.Close(CloseReasons.TransportError, CloseManner.AtOnce)));
        hub.Hear("ask-me", async received =>
        {
            var answer = (SocketAnswer.Answered)await received.Socket.EmitWithAckAsync("question", TimeSpan.FromSeconds(10), received.Arguments[0]);
            answer.Arguments.TryGet<byte[]>(1, out var bytes);
            received.Answer(answer.Arguments[0], (int)bytes![0]);
        });
        hub.Hear("flood-me", async received =>
        {
            received.Arguments.TryGet<int>(0, out var most);
            for (var number = 0; number < most; number++)
            {
                received.Socket.Emit("event", number, new byte[] { 1 });
                await Task.Yield();
            }
        });
        hub.Hear("number", received => Answered(() =>
        {
            var next = received.Socket.Items.TryGetValue("next", out var value) ? (int)value! : 0;
            received.Arguments.TryGet<int>(0, out var number);
            received.Socket.Items["next"] = number == next ? next + 1 : -1_000_000;
        }));
        hub.Hear("in-order", received => Answered(() => received.Answer(received.Socket.Items["next"])));
        hub.Connected = socket => Answered(() =>
        {
            if (socket.Pid is not null && !socket.IsRecovered)
            {
                socket.Join("news");
                socket.Emit("event", 1);
                socket.Emit("first");
            }
        });
        hub.Left = async (socket, _) =>
        {
            if (socket.Pid is not null)
            {
                await hub.Namespace.To("news").EmitAsync("event", 2);
                await hub.Namespace.To(socket.Id).EmitAsync("event", 3);
            }
        };
    }

    private static void Guard(TestHub hub) => hub.Check(_ => ValueTask.FromResult<ConnectRefusal?>(new ConnectRefusal("NOT HERE", new { Code = 7 })));

    private static Task Answered(Action answer)
    {
        answer();
        return Task.CompletedTask;
    }

    private static string? WhyUnavailable(string folder)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "node"))))
        {
            return "Node is not installed.";
        }

        return Directory.Exists(Path.Combine(folder, "node_modules", "client-latest")) ? null : "The stock clients are not installed: run npm ci in tests/Ecodrix.SocketIO.Tests/node.";
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var here = Path.Combine(folder.FullName, "tests", "Ecodrix.SocketIO.Tests", "node");
            if (Directory.Exists(here))
            {
                return here;
            }
        }

        throw new DirectoryNotFoundException("tests/Ecodrix.SocketIO.Tests/node is not above the tests' output.");
    }
}
