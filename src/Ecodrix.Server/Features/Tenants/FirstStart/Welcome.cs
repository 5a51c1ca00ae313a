using Ecodrix.Server.Features.Tenants.Clients;

namespace Ecodrix.Server.Features.Tenants.FirstStart;

/// <summary>What the first start prints: the keys, this once, and a request that works as pasted.</summary>
internal static class Welcome
{
    /// <param name="watch">Path and fragment of the page on which the test twin is watched.</param>
    public static string Text(Founding.Made client, string address, string? watch) => $$"""

        ECODrIx listens on {{address}}. This first start made a client to try it with:

          client code      {{client.ClientCode}}
          live key         {{client.ApiKey}}
          test key         {{client.TestApiKey}}
          webhook secret   {{client.WebhookSecret}}

        They are shown this once. Open this page to watch what happens (the link works for a day, then: ecodrix live {{client.ClientCode}}):

        {{address}}{{watch}}

        Fire a trigger in test mode, in which nothing leaves this machine:

        curl -sS '{{address}}/api/saas/workflows/trigger' -H 'x-api-key: {{client.TestApiKey}}' -H 'x-client-code: {{client.ClientCode}}' -H 'content-type: application/json' -d '{{Trigger}}'

        Then see what it sent, and what became of the event:

        curl -sS '{{address}}/api/saas/sandbox/outbox' -H 'x-api-key: {{client.TestApiKey}}' -H 'x-client-code: {{client.ClientCode}}'
        curl -sS '{{address}}/api/saas/events/logs' -H 'x-api-key: {{client.TestApiKey}}' -H 'x-client-code: {{client.ClientCode}}'

        All routes: {{address}}/docs. The admin key lies under data/keys/ and the commands find it: ecodrix clients list

        """;

    private const string Trigger =
        """{"trigger":"appointment_confirmed","phone":"+919876543210","createLeadIfMissing":true,"leadData":{"firstName":"Asha"},"variables":{"date":"16 March","time":"10:30"}}""";
}
