using Ecodrix.Storage.Conditions;
using Ecodrix.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Storage.Tests.Sqlite;

/// <summary>Files that are opened when used, closed when idle, refused when they are not sound.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly TenantId Acme = TenantId.Parse("ACME");

    private readonly SqliteWorkshop workshop = new();
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => workshop.Dispose();

    [Fact]
    public async Task A_file_that_nobody_uses_is_closed_and_its_handle_opens_it_again()
    {
        using var tenants = workshop.OpenTenants(clock);
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.TryAddAsync(new Note("n1"), Cancelled);
        tenants.OpenFiles.ShouldBe(1);

        await IdleAsync(tenants);
        tenants.OpenFiles.ShouldBe(0);

        (await notes.FindAsync("n1", Cancelled)).ShouldNotBeNull();
        tenants.OpenFiles.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_wanted_again_soon_stays_open_for_twice_as_long()
    {
        using var tenants = workshop.OpenTenants(clock);
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.TryAddAsync(new Note("n1"), Cancelled);
        await PassAsync(tenants, TimeSpan.FromMinutes(1));
        tenants.OpenFiles.ShouldBe(0);

        await notes.FindAsync("n1", Cancelled);
        await PassAsync(tenants, TimeSpan.FromSeconds(110));
        tenants.OpenFiles.ShouldBe(1);
        await PassAsync(tenants, TimeSpan.FromSeconds(20));
        tenants.OpenFiles.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_is_wanted_once_an_hour_is_closed_soon()
    {
        using var tenants = workshop.OpenTenants(clock);
        var notes = await NotesOfAsync(tenants, Acme);
        await PassAsync(tenants, TimeSpan.FromHours(1));

        await notes.FindAsync("n1", Cancelled);
        await PassAsync(tenants, TimeSpan.FromMinutes(1));

        tenants.OpenFiles.ShouldBe(0);
    }

    [Theory]
    [InlineData(24L << 30, 1_048_576, 9_830)]
    [InlineData(64L << 30, 1_048_576, 10_000)]
    [InlineData(24L << 30, 20_000, 3_180)]
    [InlineData(24L << 30, 1_024, 64)]
    [InlineData(2L << 30, 1_048_576, 819)]
    [InlineData(2L << 30, null, 819)]
    [InlineData(24L << 30, null, 1_024)]
    [InlineData(64L << 20, 256, 64)]
    public void As_many_files_stay_open_as_memory_and_descriptors_allow(long memory, int? descriptors, int most) =>
        OpenFileBudget.Of(memory, descriptors).ShouldBe(most);

    [Theory]
    [InlineData("Max open files            20000                524288               files     ", 20_000)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max file locks            20000                524288               locks     ", null)]
    public void How_many_descriptors_there_are_is_read_where_Linux_tells_it(string line, int? descriptors) =>
        OpenFileBudget.DescriptorsIn(["Limit                     Soft Limit           Hard Limit           Units     ", line]).ShouldBe(descriptors);

    [Fact]
    public async Task A_closed_file_has_no_log_beside_it()
    {
        using var tenants = workshop.OpenTenants(clock);
        await (await NotesOfAsync(tenants, Acme)).TryAddAsync(new Note("n1"), Cancelled);

        await IdleAsync(tenants);

        File.Exists(workshop.PathOf(Acme) + "-wal").ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_tenants_few_files_are_open()
    {
        const int MostOpen = 64;
        using var tenants = new SqliteTenantDatabases(workshop.PathOf, TimeProvider.System, MostOpen);
        var all = Enumerable.Range(0, 2 * MostOpen).Select(number => TenantId.Parse($"T{number:000}")).ToList();

        foreach (var tenant in all)
        {
            await (await NotesOfAsync(tenants, tenant)).TryAddAsync(new Note(tenant.Value), Cancelled);
            tenants.OpenFiles.ShouldBeLessThanOrEqualTo(MostOpen + (MostOpen / 4));
        }

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var turn = 0; tenants.OpenFiles > MostOpen; turn++)
        {
            turn.ShouldBeLessThan(2_000);
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        (await (await NotesOfAsync(tenants, all[0])).FindAsync(all[0].Value, Cancelled)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_damaged_file_is_refused_with_a_sentence_and_serves_again_when_it_is_restored()
    {
        using var tenants = workshop.OpenTenants(clock);
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.TryAddAsync(new Note("n1"), Cancelled);
        await IdleAsync(tenants);
        var sound = await File.ReadAllBytesAsync(workshop.PathOf(Acme), Cancelled);

        await File.WriteAllBytesAsync(workshop.PathOf(Acme), new byte[sound.Length], Cancelled);
        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => notes.FindAsync("n1", Cancelled));

        refused.Message.ShouldBe("The database of ACME is damaged.");
        await File.WriteAllBytesAsync(workshop.PathOf(Acme), sound, Cancelled);
        (await notes.FindAsync("n1", Cancelled)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_file_cut_off_in_the_middle_is_refused()
    {
        using var tenants = workshop.OpenTenants(clock);
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.AddManyAsync([.. Enumerable.Range(0, 500).Select(number => new Note($"n{number}", Text: new string('x', 500)))], Cancelled);
        await IdleAsync(tenants);

        await using (var file = File.OpenWrite(workshop.PathOf(Acme)))
        {
            file.SetLength(8192);
        }

        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => notes.CountAsync(null, 10_000, Cancelled));
        refused.Message.ShouldBe("The database of ACME is damaged.");
    }

    [Fact]
    public async Task A_file_that_someone_else_keeps_locked_is_refused_and_serves_again_after()
    {
        using var tenants = workshop.OpenTenants();
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.TryAddAsync(new Note("n1"), Cancelled);

        using (var other = Connection.OpenWriter(workshop.PathOf(Acme), cacheKibibytes: 64))
        {
            other.Execute("BEGIN IMMEDIATE");
            var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => notes.TryAddAsync(new Note("n2"), Cancelled));
            refused.Message.ShouldBe("The database of ACME is locked by another process.");
            (await notes.FindAsync("n1", Cancelled)).ShouldNotBeNull();
        }

        (await notes.TryAddAsync(new Note("n2"), Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_disk_is_told_and_nothing_that_was_there_is_lost()
    {
        using var tenants = workshop.OpenTenants();
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.TryAddAsync(new Note("n1"), Cancelled);
        var file = new DatabaseFile(workshop.PathOf(Acme), "ACME", cacheKibibytes: 64, TimeProvider.System);
        var table = Table.Of<Note>();
        await file.WriteAsync(table, WriteShare.Nobodys, connection => connection.Change("PRAGMA max_page_count=1", []));

        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() =>
            file.WriteAsync(table, WriteShare.Nobodys, connection => Row.Of(new Note("n2", Text: new string('x', 100_000)), table).Insert(connection, table)));

        refused.Message.ShouldBe("The database of ACME cannot be written: the disk is full.");
        file.Dispose();
        (await notes.FindAsync("n1", Cancelled)).ShouldNotBeNull();
        (await notes.FindAsync("n2", Cancelled)).ShouldBeNull();
    }

    [Fact]
    public async Task A_file_shrinks_after_much_was_deleted_though_nothing_more_is_written()
    {
        using var tenants = workshop.OpenTenants(clock);
        var notes = await NotesOfAsync(tenants, Acme);
        foreach (var batch in Enumerable.Range(0, 100))
        {
            await notes.AddManyAsync([.. Enumerable.Range(0, 200).Select(number => new Note($"n{batch}-{number}", Text: new string('x', 2_000)))], Cancelled);
        }

        while (await notes.DeleteManyAsync(Condition.Exists("_id"), 5_000, Cancelled) > 0)
        {
            // Until none is left.
        }

        await notes.TryAddAsync(new Note("left"), Cancelled);
        clock.Advance(TimeSpan.FromSeconds(31));
        var full = new FileInfo(workshop.PathOf(Acme)).Length;

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; new FileInfo(workshop.PathOf(Acme)).Length > 10_000_000; turn++)
        {
            turn.ShouldBeLessThan(500, $"The file stays at {new FileInfo(workshop.PathOf(Acme)).Length} of {full} bytes.");
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        tenants.OpenFiles.ShouldBe(1);
        (await notes.FindAsync("left", Cancelled)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(15, 20)]
    public async Task What_was_written_is_copied_into_the_file_half_a_minute_after_the_last_write_and_five_minutes_after_the_first(int writes, int seconds)
    {
        using var tenants = workshop.OpenTenants(clock);
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.AddManyAsync([.. Enumerable.Range(0, 100).Select(number => new Note($"n{number}", Text: new string('x', 2_000)))], Cancelled);
        var before = new FileInfo(workshop.PathOf(Acme)).Length;
        for (var write = 1; write < writes; write++)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            await notes.TryAddAsync(new Note($"more{write}"), Cancelled);
        }

        clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        new FileInfo(workshop.PathOf(Acme)).Length.ShouldBe(before);

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; new FileInfo(workshop.PathOf(Acme)).Length == before; turn++)
        {
            turn.ShouldBeLessThan(500, "It is not copied.");
            clock.Advance(TimeSpan.FromMilliseconds(100));
            if (writes > 1)
            {
                await notes.TryAddAsync(new Note($"last{turn}"), Cancelled);
            }

            await ticks.WaitForNextTickAsync(Cancelled);
        }
    }

    [Fact]
    public async Task A_long_log_that_a_killed_process_left_is_copied_at_the_next_write()
    {
        using var killed = workshop.OpenTenants(clock);
        await (await NotesOfAsync(killed, Acme)).AddManyAsync([.. Enumerable.Range(0, 100).Select(number => new Note($"n{number}", Text: new string('x', 2_000)))], Cancelled);
        using var after = new SqliteWorkshop();
        var file = new FileInfo(after.PathOf(Acme));
        file.Directory!.Create();
        File.Copy(workshop.PathOf(Acme), file.FullName);
        File.Copy(workshop.PathOf(Acme) + "-wal", file.FullName + "-wal");
        await using (var log = File.OpenWrite(file.FullName + "-wal"))
        {
            log.SetLength(80 * 1024 * 1024);
        }

        var before = file.Length;
        using var tenants = after.OpenTenants(clock);
        var notes = (await tenants.OpenAsync(Acme, Cancelled)).Documents<Note>();
        await notes.TryAddAsync(new Note("next"), Cancelled);

        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; new FileInfo(file.FullName).Length == before; turn++)
        {
            turn.ShouldBeLessThan(500, "It is not copied.");
            await ticks.WaitForNextTickAsync(Cancelled);
        }

        (await notes.CountAsync(null, 1_000, Cancelled)).ShouldBe(101);
    }

    [Fact]
    public async Task Deleting_a_tenant_leaves_no_file_of_it()
    {
        using var tenants = workshop.OpenTenants();
        await (await NotesOfAsync(tenants, Acme)).TryAddAsync(new Note("n1"), Cancelled);

        await tenants.DeleteAsync(Acme, Cancelled);

        Directory.GetFiles(Path.GetDirectoryName(workshop.PathOf(Acme))!).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handle_serves_the_next_tenant_of_that_name()
    {
        using var tenants = workshop.OpenTenants();
        var notes = await NotesOfAsync(tenants, Acme);
        await notes.TryAddAsync(new Note("n1"), Cancelled);

        await tenants.DeleteAsync(Acme, Cancelled);
        await tenants.CreateAsync(Acme, Cancelled);

        (await notes.FindAsync("n1", Cancelled)).ShouldBeNull();
        (await notes.TryAddAsync(new Note("n1"), Cancelled)).ShouldBeTrue();
    }

    private Task IdleAsync(SqliteTenantDatabases tenants) => PassAsync(tenants, TimeSpan.FromMinutes(3));

    private async Task PassAsync(SqliteTenantDatabases tenants, TimeSpan time)
    {
        clock.Advance(time);
        await tenants.Closing;
    }

    private static async Task<IDocuments<Note>> NotesOfAsync(SqliteTenantDatabases tenants, TenantId tenant)
    {
        await tenants.CreateAsync(tenant, Cancelled);
        return (await tenants.OpenAsync(tenant, Cancelled)).Documents<Note>();
    }
}
