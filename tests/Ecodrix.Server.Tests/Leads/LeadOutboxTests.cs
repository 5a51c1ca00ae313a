using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Server.Features.Pipelines;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecodrix.Server.Tests.Leads;

public sealed class LeadOutboxTests(LeadServer server) : IClassFixture<LeadServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wherever_a_process_dies_everything_follows_once_from_a_move()
    {
        var survived = false;
        for (var writes = 0; !survived; writes++)
        {
            writes.ShouldBeLessThan(30);
            var tenant = await server.CreateTenantAsync();
            var made = await tenant.CreateLeadAsync(body => body["dealValue"] = 5);
            var database = await server.OpenAsync(tenant);
            var book = await server.Get<PipelineDoor>().ReadAsync(database, Cancelled);
            var won = new Placement(book.Default!, book.Default!.Stages.Single(stage => stage.IsWon));

            var life = new Life(writes);
            var dying = new KilledDatabase(database, life);
            var isMoved = await DieAsync(() => WriterOf(life).ChangeAsync(dying, made.Id(), lead => lead.MoveTo(won, TimeProvider.System.GetUtcNow()), Cause.System, Cancelled));
            survived = !life.IsOver;
            await RestartAsync();

            var lead = (await database.Documents<Lead>().FindAsync(made.Id(), Cancelled))!;
            lead.Outbox.ShouldBeEmpty($"after {writes} writes");
            lead.OutboxSince.ShouldBeNull();
            (lead.Status is LeadStatus.Won).ShouldBe(isMoved);
            server.Fired.NamesOf(lead.Id).ShouldBe(isMoved
                ? ["lead_created", "stage_enter", "stage_exit", "stage_enter", "deal_won"]
                : ["lead_created", "stage_enter"]);
            (await TypesAsync(database, lead.Id)).ShouldBe(isMoved ? ["lead_created", "stage_changed", "status_changed"] : ["lead_created"]);
            (await SumAsync(database, "leads.won")).ShouldBe(isMoved ? 1 : 0);
            (await SumAsync(database, "leads.wonValue")).ShouldBe(isMoved ? 50_000 : 0);
            (await SumAsync(database, "leads.created")).ShouldBe(1);
            var visits = await database.Documents<StageVisit>().QueryAsync(new DocumentQuery(null, 10), Cancelled);
            visits.Count(visit => visit.LeftAt is null).ShouldBe(1);
            visits.Count.ShouldBe(isMoved ? 2 : 1);
        }
    }

    [Fact]
    public async Task Wherever_a_process_dies_while_it_makes_a_lead_there_is_one_after_the_repeat()
    {
        var survived = false;
        for (var writes = 0; !survived; writes++)
        {
            writes.ShouldBeLessThan(30);
            var tenant = await server.CreateTenantAsync();
            var database = await server.OpenAsync(tenant);
            var who = new LeadIdentity(null, LeadIntents.NewPhone(), "asha@example.com");

            var life = new Life(writes);
            var dying = new LeadDoor(server.Get<LeadSettings>(), WriterOf(life), TimeProvider.System);
            await DieAsync(() => dying.FindOrMakeAsync(new KilledDatabase(database, life), who, NewLead.Empty, Cause.System, Cancelled));
            survived = !life.IsOver;
            await RestartAsync();
            var found = await server.Get<LeadDoor>().FindOrMakeAsync(database, who, NewLead.Empty, Cause.System, Cancelled);

            var leads = await database.Documents<Lead>().QueryAsync(new DocumentQuery(null, 10), Cancelled);
            leads.Select(lead => lead.Id).ShouldBe([found!.Lead.Id], $"after {writes} writes");
            server.Fired.NamesOf(found.Lead.Id).ShouldBe(["lead_created", "stage_enter"]);
            (await TypesAsync(database, found.Lead.Id)).ShouldBe(["lead_created"]);
            (await SumAsync(database, "leads.created")).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_step_that_is_repeated_changes_the_lead_once()
    {
        var tenant = await server.CreateTenantAsync();
        var made = await tenant.CreateLeadAsync();
        var database = await server.OpenAsync(tenant);
        var door = server.Get<LeadDoor>();
        var step = Cause.System with { StepKey = "run:0" };

        await door.ChangeAsync(database, made.Id(), lead => lead.Tag(["a"], []), step, Cancelled);
        await door.ChangeAsync(database, made.Id(), lead => lead.Tag([], ["a"]), Cause.System, Cancelled);
        var repeated = await door.ChangeAsync(database, made.Id(), lead => lead.Tag(["a"], []), step, Cancelled);

        repeated!.Tags.ShouldBeEmpty();
        server.Fired.NamesOf(made.Id()).Count(name => name is "tag_added").ShouldBe(1);
    }

    /// <summary>A process of its own that dies with its life; the mark is written before, by a database that lives.</summary>
    private LeadWriter WriterOf(Life life) => new(
        server.Get<LeadSettings>(),
        new LeadOutbox(() => new KilledTriggers(server.Fired, life)),
        new OutboxMarks(server.Get<IServicesDatabase>(), TimeProvider.System),
        server.Get<Features.Leads.Live.LeadNews>(),
        NullLogger<LeadWriter>.Instance);

    private Task RestartAsync() => new OutboxRecovery(
        server.Get<IServicesDatabase>(),
        server.Get<ITenantDatabases>(),
        server.Get<LeadOutbox>(),
        new OutboxMarks(server.Get<IServicesDatabase>(), TimeProvider.System),
        server.Get<Server.Instances.Rounds>(),
        TimeProvider.System,
        NullLogger<OutboxRecovery>.Instance).RecoverAsync(Cancelled);

    /// <returns>Whether the change itself was made.</returns>
    private static async Task<bool> DieAsync<T>(Func<Task<T>> change)
    {
        try
        {
            await change();
            return true;
        }
        catch (KilledException)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyList<string>> TypesAsync(ITenantDatabase database, string leadId)
    {
        var entries = await database.Documents<TimelineEntry>().QueryAsync(new DocumentQuery(Condition.Eq("leadId", leadId), 50), Cancelled);
        return [.. entries.Select(entry => entry.Type)];
    }

    private static async Task<double> SumAsync(ITenantDatabase database, string metric)
    {
        var rows = await database.Documents<DailyFigure>().GroupAsync(new Grouping(Condition.Eq("metric", metric), [], [new Aggregate.Sum("value")]), Cancelled);
        return rows[0].Figures[0] ?? 0;
    }
}
