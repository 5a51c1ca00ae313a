using Ecodrix.Storage.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Ecodrix.Storage.Tests.Routing;

/// <summary>When a tenant's database is taken to be down, and when not.</summary>
public sealed class TenantBreakerTests : IDisposable
{
    private static readonly TenantId Acme = TenantId.Parse("ACME");

    private readonly FakeTimeProvider clock = new();

    private readonly TenantOutages outages;

    public TenantBreakerTests() => outages = new TenantOutages(clock);

    public void Dispose() => outages.Dispose();

    private Breaker Breaker => outages.Of(Acme);

    [Fact]
    public async Task One_quick_failure_is_passed_on_with_the_tenants_name_and_refuses_nothing()
    {
        (await FailAsync()).Tenant.ShouldBe(Acme);

        outages.IsDown(Acme).ShouldBeFalse();
        (await Breaker.UseAsync(() => Task.FromResult(5))).ShouldBe(5);
    }

    [Fact]
    public async Task Two_in_a_row_refuse_all_that_follow_without_asking_until_it_answers()
    {
        await FailAsync();
        await FailAsync();

        outages.IsDown(Acme).ShouldBeTrue();
        outages.IsDown(TenantId.Parse("OTHER")).ShouldBeFalse();
        var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => Breaker.UseAsync<int>(() => throw new InvalidOperationException("It was asked.")));
        refused.Tenant.ShouldBe(Acme);

        outages.Close(Breaker);
        outages.IsDown(Acme).ShouldBeFalse();
        (await Breaker.UseAsync(() => Task.FromResult(5))).ShouldBe(5);
    }

    [Fact]
    public async Task A_success_in_between_begins_the_count_anew()
    {
        await FailAsync();
        await Breaker.UseAsync(() => Task.FromResult(5));
        await FailAsync();

        outages.IsDown(Acme).ShouldBeFalse();
    }

    [Fact]
    public async Task One_that_was_waited_for_is_enough()
    {
        var answer = new TaskCompletionSource<int>();
        var use = Breaker.UseAsync(() => answer.Task);
        clock.Advance(TimeSpan.FromSeconds(2));
        answer.SetException(new DatabaseUnavailableException());

        await Should.ThrowAsync<DatabaseUnavailableException>(() => use);
        outages.IsDown(Acme).ShouldBeTrue();
    }

    [Fact]
    public async Task What_began_before_it_answered_again_and_fails_after_is_no_sign()
    {
        var answers = new[] { new TaskCompletionSource<int>(), new TaskCompletionSource<int>() };
        var uses = answers.Select(answer => Breaker.UseAsync(() => answer.Task)).ToArray();
        await FailAsync();
        await FailAsync();
        outages.Close(Breaker);
        clock.Advance(TimeSpan.FromSeconds(2));
        foreach (var answer in answers)
        {
            answer.SetException(new DatabaseUnavailableException());
        }

        foreach (var use in uses)
        {
            (await Should.ThrowAsync<DatabaseUnavailableException>(() => use)).Tenant.ShouldBe(Acme);
        }

        outages.IsDown(Acme).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_only_busy_is_not_down()
    {
        for (var n = 0; n < 5; n++)
        {
            (await FailAsync(new DatabaseUnavailableException { IsBusy = true })).IsBusy.ShouldBeTrue();
        }

        outages.IsDown(Acme).ShouldBeFalse();
    }

    private Task<DatabaseUnavailableException> FailAsync(DatabaseUnavailableException? failure = null) =>
        Should.ThrowAsync<DatabaseUnavailableException>(() => Breaker.UseAsync(() => Task.FromException<int>(failure ?? new DatabaseUnavailableException())));
}
