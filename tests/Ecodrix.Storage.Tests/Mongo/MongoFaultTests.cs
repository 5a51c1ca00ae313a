using System.Diagnostics;
using Ecodrix.Storage.Mongo;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>Answers that do not arrive, and servers that are not there.</summary>
public sealed class MongoFaultTests : IAsyncLifetime
{
    private MongoWorkshop workshop = null!;
    private MongoServicesDatabase services = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ = MongoServer.Uri;
        workshop = new MongoWorkshop();
        services = workshop.OpenServices(workshop.Relayed("services"));
        await services.PingAsync(Cancelled);
        await services.Documents<Note>().TryAddAsync(new Note("old"), Cancelled);
    }

    public ValueTask DisposeAsync() => workshop?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_document_whose_answer_was_lost_is_not_lost_to_itself()
    {
        workshop.Relay.LoseAnswerTo("insert");

        (await services.Documents<Note>().TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();

        workshop.Relay.Lost.ShouldBe(1);
        (await services.Documents<Note>().TryAddAsync(new Note("n1"), Cancelled)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_replacement_whose_answer_was_lost_is_not_lost_to_itself()
    {
        workshop.Relay.LoseAnswerTo("update");

        (await services.Documents<Note>().TryReplaceAsync(new Note("old", Version: 2, Text: "mine"), Cancelled)).ShouldBeTrue();

        workshop.Relay.Lost.ShouldBe(1);
        (await services.Documents<Note>().TryReplaceAsync(new Note("old", Version: 2, Text: "late"), Cancelled)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_id_that_another_has_taken_stays_taken_when_the_answer_was_lost()
    {
        workshop.Relay.LoseAnswerTo("insert");

        (await services.Documents<Note>().TryAddAsync(new Note("old", Text: "second"), Cancelled)).ShouldBeFalse();

        workshop.Relay.Lost.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_told_of_within_three_seconds_and_found_again_when_it_is_back()
    {
        workshop.Relay.Break();

        await ShouldFailSoonAsync(() => services.Documents<Note>().FindAsync("old", Cancelled));
        await ShouldFailSoonAsync(() => services.Documents<Note>().TryAddAsync(new Note("n1"), Cancelled));
        await ShouldFailSoonAsync(() => services.PingAsync(Cancelled));

        workshop.Relay.Mend();

        (await services.Documents<Note>().FindAsync("old", Cancelled)).ShouldNotBeNull();
        (await services.Documents<Note>().TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_asks_while_others_wait_for_a_server_that_is_gone_hears_of_it_with_them()
    {
        workshop.Relay.Break();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(() =>
            ShouldFailSoonAsync(() => services.Documents<Note>().FindAsync($"n{number}", Cancelled)))));
    }

    [Fact]
    public async Task Who_gives_up_is_not_told_that_the_database_is_away()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => services.Documents<Note>().FindAsync("old", gone.Token));
    }

    private static async Task ShouldFailSoonAsync(Func<Task> use)
    {
        var since = Stopwatch.GetTimestamp();

        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(use);

        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(3.3));
        refused.Message.ShouldContain("services");
        refused.Message.ShouldNotContain("127.0.0.1");
    }
}
