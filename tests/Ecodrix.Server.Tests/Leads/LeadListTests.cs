using System.Net;
using System.Text.Json.Nodes;

namespace Ecodrix.Server.Tests.Leads;

public sealed class LeadListTests(LeadServer server) : IClassFixture<LeadServer>
{
    [Theory]
    [InlineData("", "Dev,Chitra,Bala,Asha")]
    [InlineData("sortBy=firstName&sortDir=asc", "Asha,Bala,Chitra,Dev")]
    [InlineData("sortBy=dealValue", "Bala,Chitra,Asha,Dev")]
    [InlineData("sortBy=dealValue&sortDir=asc", "Dev,Asha,Chitra,Bala")]
    [InlineData("source=fair", "Chitra,Bala")]
    [InlineData("tags=hot,cold&sortDir=asc", "Asha,Chitra")]
    [InlineData("minScore=20&maxScore=50", "Bala")]
    [InlineData("search=CHIT", "Chitra")]
    [InlineData("search=asha@exa", "Asha")]
    [InlineData("orderId=007", "Dev")]
    [InlineData("ref.orderId=007", "Dev")]
    [InlineData("assignedTo=ravi", "Bala")]
    [InlineData("status=won", "")]
    [InlineData("status=archived", "")]
    [InlineData("createdBefore=2020-01-01T00:00:00Z", "")]
    [InlineData("createdAfter=2020-01-01T00:00:00%2B05:30&limit=2", "Dev,Chitra")]
    [InlineData("limit=2&page=2", "Bala,Asha")]
    [InlineData("""filter={"field":"dealValue","operator":"gte","value":20.5}""", "Chitra,Bala")]
    [InlineData("""filter={"field":"lead.dealValue","operator":"in","value":[10,"20.5"]}""", "Chitra,Asha")]
    [InlineData("""filter={"field":"stage.name","operator":"eq","value":"New"}""", "Dev,Chitra,Bala,Asha")]
    [InlineData("""filter={"not":{"field":"stage.isWon","operator":"eq","value":false}}""", "")]
    [InlineData("""filter={"all":[{"field":"tags","operator":"contains","value":"hot"},{"field":"score","operator":"lt","value":20}]}""", "Asha")]
    [InlineData("""filter={"field":"createdAt","operator":"gt","value":{"ago":"1h"}}""", "Dev,Chitra,Bala,Asha")]
    public async Task The_list_holds_what_was_asked_for_in_the_order_asked_for(string query, string names)
    {
        var tenant = await FourLeadsAsync();

        var leads = await tenant.ListAsync("/api/crm/leads?" + Escape(query));

        string.Join(',', leads.Select(lead => lead!.Text("firstName"))).ShouldBe(names);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("page=0", "page")]
    [InlineData("status=new", "status")]
    [InlineData("sortBy=phone", "sortBy")]
    [InlineData("sortDir=down", "sortDir")]
    [InlineData("minScore=many", "minScore")]
    [InlineData("createdAfter=yesterday", "createdAfter")]
    [InlineData("cursor=nonsense", "cursor")]
    [InlineData("filter={", "filter")]
    [InlineData("""filter={"field":"firstName","operator":"like","value":"a"}""", "filter")]
    [InlineData("""filter={"field":"firstName","operator":"matches","value":"a.*"}""", "filter")]
    public async Task A_parameter_that_means_nothing_is_refused_by_name(string query, string path)
    {
        var tenant = await server.CreateTenantAsync();

        using var response = await tenant.GetAsync("/api/crm/leads?" + Escape(query));

        var error = await response.ShouldFailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR");
        error["errors"]!.AsObject().ShouldContain(field => field.Key.StartsWith(path, StringComparison.Ordinal), error.ToJsonString());
    }

    [Theory]
    [InlineData("createdAt", "desc")]
    [InlineData("createdAt", "asc")]
    [InlineData("dealValue", "desc")]
    [InlineData("dealValue", "asc")]
    [InlineData("lastContactedAt", "asc")]
    [InlineData("lastContactedAt", "desc")]
    [InlineData("firstName", "asc")]
    public async Task Cursors_lead_through_every_lead_once(string sortBy, string sortDir)
    {
        var tenant = await FourLeadsAsync();
        var path = $"/api/crm/leads?limit=1&sortBy={sortBy}&sortDir={sortDir}";
        var whole = await tenant.ListAsync(path.Replace("limit=1", "limit=4", StringComparison.Ordinal));

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            using var response = await tenant.GetAsync(cursor is null ? path : $"{path}&cursor={cursor}");
            var page = await response.ReadAnswerAsync();
            seen.Add(page["data"]![0]!.Id());
            cursor = page["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null && seen.Count < 9);

        seen.ShouldBe(whole.Select(lead => lead!.Id()));
    }

    [Fact]
    public async Task The_total_counts_what_was_asked_for()
    {
        var tenant = await FourLeadsAsync();

        using var response = await tenant.GetAsync("/api/crm/leads?source=fair&limit=1");

        var page = await response.ReadAnswerAsync();
        page["total"]!.GetValue<int>().ShouldBe(2);
        page["totalPages"]!.GetValue<int>().ShouldBe(2);
    }

    private async Task<TenantClient> FourLeadsAsync()
    {
        var tenant = await server.CreateTenantAsync();
        await tenant.CreateLeadAsync(body => Set(body, "Asha", """{"email":"asha@example.com","dealValue":10,"tags":["hot"],"score":10}"""));
        await tenant.CreateLeadAsync(body => Set(body, "Bala", """{"source":"fair","dealValue":300,"score":40,"assignedTo":"ravi","lastContactedAt":"2026-01-01T00:00:00Z"}"""));
        await tenant.CreateLeadAsync(body => Set(body, "Chitra", """{"source":"fair","dealValue":20.5,"tags":["cold","hot"],"score":60,"lastContactedAt":"2026-01-02T00:00:00Z"}"""));
        await tenant.CreateLeadAsync(body => Set(body, "Dev", """{"metadata":{"refs":{"orderId":"007"}}}"""));
        return tenant;
    }

    private static void Set(JsonObject body, string name, string fields)
    {
        body["firstName"] = name;
        foreach (var (key, value) in JsonNode.Parse(fields)!.AsObject())
        {
            body[key] = value?.DeepClone();
        }
    }

    private static string Escape(string query) => string.Join('&', query.Split('&').Select(part =>
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return part[..(at + 1)] + Uri.EscapeDataString(Uri.UnescapeDataString(part[(at + 1)..]));
    }));
}
