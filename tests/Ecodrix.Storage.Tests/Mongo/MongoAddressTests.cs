using Ecodrix.Storage.Mongo;

namespace Ecodrix.Storage.Tests.Mongo;

public sealed class MongoAddressTests
{
    [Fact]
    public void Tenants_of_one_template_share_a_cluster_and_have_a_database_each()
    {
        var addressOf = MongoAddress.OfTenants("mongodb://someone:secret@db.example/ecodrix_{code}?tls=true", "Storage:Tenants");

        var (acme, globex) = (addressOf(TenantId.Parse("ACME")), addressOf(TenantId.Parse("GLOBEX")));

        (acme.Database, globex.Database).ShouldBe(("ecodrix_ACME", "ecodrix_GLOBEX"));
        acme.Cluster.ShouldBe(globex.Cluster);
    }

    [Fact]
    public void A_twins_database_differs_from_that_of_a_client_named_so_by_more_than_case()
    {
        var addressOf = MongoAddress.OfTenants("mongodb://db.example/{code}", "Storage:Tenants");

        var (twin, other) = (addressOf(TenantId.Parse("ACME").Test), addressOf(TenantId.Parse("ACME_TEST")));

        string.Equals(twin.Database, other.Database, StringComparison.OrdinalIgnoreCase).ShouldBeFalse();
    }

    [Theory]
    [InlineData("mongodb://someone:secret@db.example")]
    [InlineData("mongodb://someone:secret@db.example/")]
    [InlineData("mongodb://someone:secret@:x/y")]
    [InlineData("mongodb://someone:secret@db.example/a.b")]
    [InlineData("mongodb://someone:secret@db.example/a234567890123456789012345678901234567890123456789012345678901234")]
    public void An_address_that_cannot_be_used_is_refused_and_not_repeated(string uri)
    {
        var refused = Should.Throw<InvalidOperationException>(() => MongoAddress.Parse(uri, "Storage:Services"));

        refused.ToString().ShouldNotContain("secret");
        refused.Message.ShouldContain("Storage:Services");
    }

    [Theory]
    [InlineData("mongodb://db.example/tenants", "{code}")]
    [InlineData("mongodb://db.example/a_name_so_long_that_no_code_fits_behind_it_{code}", "63")]
    public void A_template_that_cannot_name_every_tenant_is_refused(string template, string named) =>
        Should.Throw<InvalidOperationException>(() => MongoAddress.OfTenants(template, "Storage:Tenants")).Message.ShouldContain(named);
}
