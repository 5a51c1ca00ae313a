using Ecodrix.SocketIO.Packets;
using Ecodrix.SocketIO.Tests.Wire;

namespace Ecodrix.SocketIO.Tests.Redis;

/// <summary>Answers of clients and of servers across nodes.</summary>
[Collection(nameof(PeersCollection))]
public sealed class QuestionTests(Peers peers)
{
    [Fact]
    public async Task Clients_of_both_nodes_answer_ours()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n", "a");
        await peers.JoinNodeAsync("j1", "a");
        await peers.JoinNodeAsync("j2", "a");
        await peers.JoinNodeAsync("j3");

        var answers = await peers.Net.Sockets.To("a").Within(TimeSpan.FromSeconds(10)).EmitWithAckAsync("question", 7);

        answers.Answers.Select(answer => answer!.ToJsonString()).ShouldBe(["""["n",7]""", """["j1",7]""", """["j2",7]"""], ignoreOrder: true);
        (answers.Asked, answers.IsComplete).ShouldBe((3, true));
        peers.Net.Adapter().OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task Binary_goes_along_with_a_question_and_its_answer()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n");
        await peers.JoinNodeAsync("j");

        var ours = await peers.Net.Sockets.Target.EmitWithAckAsync("question", new byte[] { 1, 2 });
        foreach (var answer in ours.Answers)
        {
            BinaryNode.TryGet(answer![1], out var bytes).ShouldBeTrue();
            bytes.ShouldBe([1, 2]);
        }

        var theirs = await peers.Node.DoAsync(new { @do = "ask", timeout = 10_000, @event = new object[] { "question", Peers.Bytes(3) } });
        theirs!["answers"]!.AsArray().Select(answer => answer!.ToJsonString()).ShouldBe(["""["j",{"$bytes":[3]}]""", """["n",{"$bytes":[3]}]"""], ignoreOrder: true);
    }

    [Fact]
    public async Task Clients_of_both_nodes_answer_the_stock_one()
    {
        await peers.BeginAsync();
        await peers.JoinNetAsync("n1", "a");
        await peers.JoinNetAsync("n2", "a");
        await peers.JoinNodeAsync("j", "a");

        var answers = await peers.Node.DoAsync(new { @do = "ask", rooms = (string[])["a"], timeout = 10_000, @event = new object[] { "question", 7 } });

        answers!["answers"]!.AsArray().Select(answer => answer!.ToJsonString()).ShouldBe(["""["n1",7]""", """["n2",7]""", """["j",7]"""], ignoreOrder: true);
    }

    [Fact]
    public async Task A_single_client_of_the_other_node_is_asked()
    {
        await peers.BeginAsync();
        var socket = await peers.JoinNetAsync("n", "a");
        var id = await peers.JoinNodeAsync("j", "b");

        (await peers.Node.DoAsync(new { @do = "askOne", rooms = (string[])[socket.Id], timeout = 10_000, @event = new object[] { "question", 1 } }))!
            .ToJsonString().ShouldBe("""["n",1]""");
        (await peers.Net.Sockets.To(id).EmitWithAckAsync("question", 2)).Answers.Single()!.ToJsonString().ShouldBe("""["j",2]""");
    }

    [Fact]
    public async Task Nobody_in_the_room_is_a_complete_answer_at_once()
    {
        await peers.BeginAsync();
        await peers.JoinNodeAsync("j");

        var answers = await peers.Net.Sockets.To("nobody").Within(TimeSpan.FromMinutes(10)).EmitWithAckAsync("question").SoonAsync();

        (answers.Answers.Count, answers.Asked, answers.IsComplete).ShouldBe((0, 0, true));
    }

    [Fact]
    public async Task A_client_of_the_other_node_that_does_not_answer_is_waited_for_until_the_time_is_over()
    {
        await peers.BeginAsync();
        await peers.JoinNodeAsync("j");
        await peers.JoinNetAsync("n");

        var answers = await peers.Net.Sockets.Target.Within(TimeSpan.FromSeconds(1)).EmitWithAckAsync("ignored", 1).SoonAsync();
        var theirs = await peers.Node.DoAsync(new { @do = "ask", timeout = 1_000, @event = (string[])["ignored"] });

        (answers.Answers.Count, answers.Asked, answers.IsComplete).ShouldBe((0, 2, false));
        theirs!["error"]!.GetValue<string>().ShouldBe("operation has timed out");
        peers.Net.Adapter().OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_local_question_is_asked_here_alone()
    {
        await peers.BeginAsync();
        await peers.JoinNodeAsync("j");
        await peers.JoinNetAsync("n");

        var answers = await peers.Net.Sockets.Local.EmitWithAckAsync("question", 1);

        answers.Answers.Single()!.ToJsonString().ShouldBe("""["n",1]""");
        answers.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task Servers_tell_each_other_and_never_themselves()
    {
        await peers.BeginAsync();
        var before = peers.Net.Hub.Heard.Count;

        await peers.Net.Sockets.Of("/").ServerSideEmitAsync("told", 1, "é");
        await peers.Net.Sockets.Of("/custom").ServerSideEmitAsync("told", 2);
        (await peers.Node.DoAsync(new { @do = "heard", count = 2 }))!.AsArray().Select(heard => heard!.ToJsonString())
            .ShouldBe(["""["/",1,"\u00E9"]""", """["/custom",2]"""], ignoreOrder: true);

        await peers.Node.DoAsync(new { @do = "tell", @event = new object[] { "told", new { a = 1 } } });
        await Eventually.IsTrueAsync(() => peers.Net.Hub.Heard.Count > before);
        peers.Net.Hub.Heard.Skip(before).ShouldBe(["""[{"a":1}]"""]);
    }

    [Fact]
    public async Task Servers_answer_each_other()
    {
        await peers.BeginAsync();

        var ours = await peers.Net.Sockets.Of("/").ServerSideEmitWithAckAsync("sum", 2, 3);
        var theirs = await peers.Node.DoAsync(new { @do = "question", @event = new object[] { "sum", 4, 5 } });

        ours.Select(answer => answer!.GetValue<int>()).ShouldBe([5]);
        theirs!.ToJsonString().ShouldBe("[9]");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named_by_the_exception()
    {
        await peers.BeginAsync();
        await using var hasty = await RedisNode.StartAsync(peers.Redis.Address, Peers.Key, options => options.RequestsTimeout = TimeSpan.FromSeconds(2));

        var failure = await Should.ThrowAsync<TimeoutException>(() => hasty.Sockets.Of("/").ServerSideEmitWithAckAsync("silent"));

        failure.Message.ShouldBe("Of 2 other nodes 0 answered within 00:00:02.");
        hasty.Adapter().OpenCount.ShouldBe(0);
        (await hasty.Sockets.Of("/").ServerSideEmitWithAckAsync("sum", 1, 1)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Each_node_listens_for_requests_exactly_once_in_each_namespace()
    {
        await peers.BeginAsync();
        peers.Listeners("socket.io-request#/#").ShouldBe(2);

        await using (var third = await RedisNode.StartAsync(peers.Redis.Address, Peers.Key))
        {
            peers.Listeners("socket.io-request#/#").ShouldBe(3);
            peers.Listeners("socket.io-request#/custom#").ShouldBe(3);
            (await third.Sockets.Target.FetchSocketsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        }

        await Eventually.IsTrueAsync(() => peers.Listeners("socket.io-request#/#") is 2 && peers.Listeners("socket.io-request#/custom#") is 2);
        (await peers.Net.Sockets.Target.FetchSocketsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_may_go_to_the_asking_node_alone()
    {
        await peers.BeginAsync();
        await using var apart = await RedisNode.StartAsync(peers.Redis.Address, Peers.Key, options => options.PublishOnSpecificResponseChannel = true);
        var id = (await peers.Node.DoAsync(new { @do = "connect", name = "x", url = apart.Url }))!.GetValue<string>();

        (await peers.Node.DoAsync(new { @do = "fetch" }))!.AsArray().Single()!["id"]!.GetValue<string>().ShouldBe(id);
        (await peers.Net.Sockets.Target.FetchSocketsAsync(TestContext.Current.CancellationToken)).Single().Id.ShouldBe(id);
        (await peers.Net.Sockets.Target.EmitWithAckAsync("question", 1)).Answers.Single()!.ToJsonString().ShouldBe("""["x",1]""");
        (await peers.Node.DoAsync(new { @do = "question", @event = new object[] { "sum", 1, 1 } }))!.ToJsonString().ShouldBe("[2,2]");
        await peers.Node.DoAsync(new { @do = "close" });
    }
}
