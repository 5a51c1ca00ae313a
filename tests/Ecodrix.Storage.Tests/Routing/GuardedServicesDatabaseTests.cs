using System.Diagnostics;
using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Routing;
using Ecodrix.Storage.Tests.Mongo;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Storage.Tests.Routing;

/// <summary>When the services' database is taken to be down, and when it is let in again.</summary>
public sealed class GuardedServicesDatabaseTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();

    private readonly Switch inner = new();

    private readonly GuardedServicesDatabase services;

    public GuardedServicesDatabaseTests() => services = new GuardedServicesDatabase(inner, clock);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IDocuments<Note> Notes => services.Documents<Note>();

    public void Dispose() => services.Dispose();

    [Fact]
    public async Task After_two_failures_nobody_is_kept_waiting_until_it_answers()
    {
        inner.IsDown = true;
        await FailAsync();
        await FailAsync();
        services.IsDown.ShouldBeTrue();
        var asked = inner.Asked;

        await FailAsync();
        await Should.ThrowAsync<DatabaseUnavailableException>(() => services.PingAsync(Cancelled));
        await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.QueryAsync(new DocumentQuery(null, 1), Cancelled));
        await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.CountAsync(null, 1, Cancelled));
        inner.Asked.ShouldBe(asked);

        (await services.AskAsync(Cancelled)).ShouldBeFalse();
        services.IsDown.ShouldBeTrue();
        inner.IsDown = false;
        (await services.AskAsync(Cancelled)).ShouldBeTrue();
        (await Notes.FindAsync("n1", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task What_reads_much_and_is_too_late_does_not_have_it_taken_for_down()
    {
        inner.IsDown = true;
        for (var n = 0; n < 5; n++)
        {
            await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.QueryAsync(new DocumentQuery(Condition.Eq("text", "x"), 1), Cancelled));
            await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.CountAsync(null, 1, Cancelled));
            await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.GroupAsync(new Grouping(null, [], []), Cancelled));
            await Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.DeleteManyAsync(Condition.Eq("text", "x"), 1, Cancelled));
        }

        services.IsDown.ShouldBeFalse();
    }

    [Fact]
    public async Task The_rounds_let_it_in_again_by_themselves()
    {
        using var rounds = new ServicesRounds(services, clock, NullLogger<ServicesRounds>.Instance);
        await rounds.StartAsync(Cancelled);
        inner.IsDown = true;
        await FailAsync();
        await FailAsync();
        inner.IsDown = false;

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (services.IsDown)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        (await Notes.FindAsync("n1", Cancelled)).ShouldBeNull();
        await rounds.StopAsync(Cancelled);
    }

    [Fact]
    public async Task A_server_that_is_gone_costs_the_first_who_asks_three_seconds_and_the_next_nothing()
    {
        _ = MongoServer.Uri;
        await using var workshop = new MongoWorkshop();
        using var real = new GuardedServicesDatabase(workshop.OpenServices(workshop.Relayed("services")), TimeProvider.System);
        await real.PingAsync(Cancelled);
        var notes = real.Documents<Note>();
        await notes.TryAddAsync(new Note("n1"), Cancelled);
        workshop.Relay.Break();
        await Should.ThrowAsync<DatabaseUnavailableException>(() => notes.FindAsync("n1", Cancelled));

        var began = Stopwatch.GetTimestamp();
        for (var n = 0; n < 100; n++)
        {
            await Should.ThrowAsync<DatabaseUnavailableException>(() => notes.TryAddAsync(new Note($"m{n}"), Cancelled));
        }

        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        workshop.Relay.Mend();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await real.AskAsync(Cancelled))
        {
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        (await notes.FindAsync("n1", Cancelled)).ShouldNotBeNull();
    }

    private Task<DatabaseUnavailableException> FailAsync() => Should.ThrowAsync<DatabaseUnavailableException>(() => Notes.FindAsync("n1", Cancelled));

    /// <summary>A database that is empty, or down.</summary>
    private sealed class Switch : IServicesDatabase
    {
        public bool IsDown { get; set; }

        public int Asked { get; set; }

        public IDocuments<T> Documents<T>()
            where T : class, IDocument<T> => new Empty<T>(this);

        public Task PingAsync(CancellationToken cancellationToken) => AnswerAsync(true);

        public Task<TResult> AnswerAsync<TResult>(TResult answer)
        {
            Asked++;
            return IsDown ? Task.FromException<TResult>(new DatabaseUnavailableException()) : Task.FromResult(answer);
        }
    }

    private sealed class Empty<T>(Switch of) : IDocuments<T>
        where T : class, IDocument
    {
        public Task<T?> FindAsync(string id, CancellationToken cancellationToken) => of.AnswerAsync<T?>(null);

        public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => of.AnswerAsync<IReadOnlyList<T>>([]);

        public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken) => of.AnswerAsync(true);

        public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken) => of.AnswerAsync<IReadOnlyList<bool>>([]);

        public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken) => of.AnswerAsync(false);

        public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => of.AnswerAsync(false);

        public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken) => of.AnswerAsync(0);

        public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken) => of.AnswerAsync<IReadOnlyList<T>>([]);

        public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken) => of.AnswerAsync(0);

        public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken) => of.AnswerAsync<IReadOnlyList<GroupRow>>([]);
    }
}
