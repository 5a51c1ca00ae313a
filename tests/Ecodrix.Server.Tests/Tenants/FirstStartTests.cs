using System.Net;
using System.Text.RegularExpressions;
using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Server.Tests.Tenants;

public sealed class FirstStartTests
{
    [Fact]
    public async Task A_developers_first_start_makes_a_client_and_prints_its_keys_and_a_request()
    {
        using var printed = new StringWriter();
        var sample = new Sample();
        await using var server = await ServerFixture.StartAsync("Development", services: all => all
            .Replace(ServiceDescriptor.Singleton(new WelcomeOutput(printed)))
            .AddSingleton<IFirstStartSample>(sample));

        var text = printed.ToString();
        var testKey = Regex.Match(text, @"erix_test_\w+").Value;
        text.ShouldContain("/api/saas/workflows/trigger");
        text.ShouldContain($"-H 'x-api-key: {testKey}' -H 'x-client-code: DEMO' -H 'content-type: application/json'");
        text.ShouldContain("""'{"trigger":"appointment_confirmed","phone":"+919876543210","createLeadIfMissing":true""");
        sample.Tenants.ShouldBe(["DEMO", "DEMO_test"]);

        foreach (var key in new[] { testKey, Regex.Match(text, @"erix_live_\w+").Value })
        {
            using var client = server.CreateAnonymousClient();
            client.DefaultRequestHeaders.Add("x-api-key", key);
            client.DefaultRequestHeaders.Add("x-client-code", "demo");
            (await client.GetAsync("/api/saas/account", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var link = Regex.Match(text, @"/live#token=(erix_rt_\w+)").Groups[1].Value;
        (await server.Services.GetRequiredService<TokenBook>().FindAsync(link, TestContext.Current.CancellationToken))!.Tenant.ShouldBe("DEMO_test");
        string.Join('\n', server.Logs.Lines).ShouldNotContain(testKey);
        string.Join('\n', server.Logs.Lines).ShouldNotContain(link);
    }

    [Fact]
    public async Task A_start_in_production_makes_no_client_and_prints_nothing()
    {
        using var printed = new StringWriter();
        await using var server = await ServerFixture.StartAsync(services: all => all.Replace(ServiceDescriptor.Singleton(new WelcomeOutput(printed))));
        using var admin = new Operator(server);

        printed.ToString().ShouldBeEmpty();
        (await admin.AskAsync(HttpMethod.Get, "/api/clients")).AsArray().ShouldBeEmpty();
    }

    private sealed class Sample : IFirstStartSample
    {
        public List<string> Tenants { get; } = [];

        public Task AddAsync(ITenantDatabase tenant, CancellationToken cancellationToken)
        {
            Tenants.Add(tenant.Tenant.Value);
            return Task.CompletedTask;
        }
    }
}
