using Ecodrix.Server.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Ecodrix.Server.Tests.Configuration;

public sealed class SettingsTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private static readonly string EncryptionKey = Convert.ToBase64String(new byte[32]);

    [Fact]
    public void In_development_nothing_need_be_set()
    {
        var settings = Read("Development");

        settings.ListenUrls.ShouldBe("http://127.0.0.1:4000");
        settings.Database.ShouldBe($"sqlite:{Path.GetFullPath("data/services.db", Path.GetTempPath())}");
        settings.TenantDatabase.ShouldEndWith("data/tenants/{code}.db");
        settings.PublicUrl.ShouldBe(new Uri("http://127.0.0.1:4000"));
        settings.AllowPrivateCallbacks.ShouldBeTrue();
        settings.AdminKeys.ShouldBeEmpty();
    }

    [Fact]
    public void In_production_nothing_private_is_allowed_and_no_address_is_guessed()
    {
        var settings = Read("Production", ("ECODRIX_DATABASE", "sqlite:/x/s.db"), ("ECODRIX_ENCRYPTION_KEY", EncryptionKey));

        settings.AllowPrivateCallbacks.ShouldBeFalse();
        settings.PublicUrl.ShouldBeNull();
        settings.TrustedProxies.ShouldBe(0);
    }

    [Theory]
    [InlineData("mongodb://db.example/ecodrix_services", "mongodb://db.example/ecodrix_{code}")]
    [InlineData("mongodb+srv://db.example/ecodrix_services", "sqlite:/{code}.db")]
    [InlineData("sqlite:/s.db", "mongodb://db.example/ecodrix_{code}")]
    public void Services_and_tenants_may_lie_in_files_or_on_servers_each(string services, string tenants)
    {
        var settings = Read("Development", ("ECODRIX_DATABASE", services), ("ECODRIX_TENANT_DATABASE", tenants));

        (settings.Database, settings.TenantDatabase).ShouldBe((services, tenants));
        new Ecodrix.Server.Http.Intake.DataDisks(settings).Free().HasValue.ShouldBe(services.StartsWith("sqlite", StringComparison.Ordinal) || tenants.StartsWith("sqlite", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mongodb://db.example/ecodrix_services", "mongodb://db.example/ecodrix_{code}")]
    [InlineData("mongodb+srv://user:p%2Fw@db.example/services?retryWrites=true&appName=a/b", "mongodb+srv://user:p%2Fw@db.example/ecodrix_{code}?retryWrites=true&appName=a/b")]
    [InlineData("mongodb://one:1,two:2/services?replicaSet=rs", "mongodb://one:1,two:2/ecodrix_{code}?replicaSet=rs")]
    [InlineData("mongodb://db.example", "mongodb://db.example/ecodrix_{code}")]
    public void Tenants_lie_on_the_cluster_of_the_services_when_nothing_else_is_said(string services, string tenants) =>
        Read("Development", ("ECODRIX_DATABASE", services)).TenantDatabase.ShouldBe(tenants);

    [Fact]
    public void The_admin_api_is_open_to_addresses_and_networks_or_to_all()
    {
        var allowed = Read("Development", ("ECODRIX_ADMIN_ALLOW", "203.0.113.7, 10.0.0.0/8,2001:db8::/32,::1")).AdminAllow!;

        allowed.Select(network => network.ToString()).ShouldBe(["203.0.113.7/32", "10.0.0.0/8", "2001:db8::/32", "::1/128"]);
        Read("Development").AdminAllow.ShouldBeNull();
    }

    [Theory]
    [InlineData("redis://:secret@redis.example:6380")]
    [InlineData("rediss://redis.example")]
    [InlineData("redis.example:6379,password=secret")]
    public void Redis_is_named_by_a_URI_or_in_its_clients_own_way_or_not_at_all(string address)
    {
        Read("Development", ("ECODRIX_REDIS", address)).Redis.ShouldBe(address);
        Read("Development").Redis.ShouldBeNull();
    }

    [Theory]
    [InlineData("https://alerts.example.com/hook?token=secret")]
    [InlineData("http://10.0.0.7:9093/")]
    public void Alerts_go_to_any_address_of_the_operators_with_its_query(string address)
    {
        Read("Production", ("ECODRIX_DATABASE", "sqlite:/x/s.db"), ("ECODRIX_ENCRYPTION_KEY", EncryptionKey), ("ECODRIX_ALERT_URL", address)).AlertUrl.ShouldBe(new Uri(address));
        Read("Development").AlertUrl.ShouldBeNull();
    }

    [Fact]
    public void A_port_means_every_interface_and_goes_before_addresses()
    {
        Read("Development", ("PORT", "8080"), ("URLS", "http://localhost:1")).ListenUrls.ShouldBe("http://0.0.0.0:8080");
        Read("Development", ("URLS", "http://localhost:5005")).ListenUrls.ShouldBe("http://localhost:5005");
    }

    [Theory]
    [InlineData("Ecodrix:ECODRIX_TRUSTED_PROXIES")]
    [InlineData("Ecodrix:TrustedProxies")]
    public void A_setting_may_stand_in_the_section_of_the_file(string name) =>
        Read("Development", (name, "2")).TrustedProxies.ShouldBe(2);

    [Fact]
    public void A_process_alone_on_its_files_does_everything()
    {
        Read("Development").Role.ShouldBe(InstanceRole.All);
        Read("Development", ("ECODRIX_ROLE", "ALL")).Role.ShouldBe(InstanceRole.All);
    }

    [Fact]
    public void A_variable_goes_before_the_file() =>
        Read("Development", ("Ecodrix:TrustedProxies", "2"), ("ECODRIX_TRUSTED_PROXIES", "1")).TrustedProxies.ShouldBe(1);

    [Fact]
    public void Admin_keys_have_names()
    {
        var keys = Read("Development", ("ECODRIX_ADMIN_KEY", $"anna:{Key}, {Key}x")).AdminKeys;

        keys.Select(key => key.Name).ShouldBe(["anna", "admin"]);
        keys.Select(key => key.Key).ShouldBe([Key, Key + "x"]);
    }

    [Theory]
    [InlineData("PORT", "0")]
    [InlineData("PORT", "http")]
    [InlineData("ECODRIX_DATABASE", "postgres://host/db")]
    [InlineData("ECODRIX_DATABASE", "sqlite:")]
    [InlineData("ECODRIX_TENANT_DATABASE", "sqlite:data/all.db")]
    [InlineData("ECODRIX_TENANT_DATABASE", "mongodb://db.example/all")]
    [InlineData("ECODRIX_ADMIN_KEY", "anna:short")]
    [InlineData("ECODRIX_ENCRYPTION_KEY", "not base64")]
    [InlineData("ECODRIX_ENCRYPTION_KEY", "c2hvcnQ=")]
    [InlineData("ECODRIX_PUBLIC_URL", "engine.example.com")]
    [InlineData("ECODRIX_PUBLIC_URL", "ftp://engine.example.com")]
    [InlineData("ECODRIX_ALERT_URL", "alerts.example.com")]
    [InlineData("ECODRIX_ALERT_URL", "mailto:ops@example.com")]
    [InlineData("ECODRIX_ALERT_URL", "https://user:pass@alerts.example.com")]
    [InlineData("ECODRIX_ALERT_URL", "https://alerts.example.com/#x")]
    [InlineData("ECODRIX_TRUSTED_PROXIES", "-1")]
    [InlineData("ECODRIX_META_BASE_URL", "graph")]
    [InlineData("ECODRIX_GOOGLE_BASE_URL", "http://user:pass@host")]
    [InlineData("ECODRIX_ALLOW_PRIVATE_CALLBACKS", "maybe")]
    [InlineData("ECODRIX_REDIS", "http://redis.example")]
    [InlineData("ECODRIX_REDIS", "redis.example,nonsense=1")]
    [InlineData("ECODRIX_HOLD", "perhaps")]
    [InlineData("ECODRIX_STORAGE", "file:")]
    [InlineData("ECODRIX_STORAGE", "ftp://host/media")]
    [InlineData("ECODRIX_STORAGE", "s3://")]
    [InlineData("ECODRIX_STORAGE", "s3://Bucket/path")]
    [InlineData("ECODRIX_ROLE", "both")]
    [InlineData("ECODRIX_ADMIN_ALLOW", "10.0.0.0/33")]
    [InlineData("ECODRIX_ADMIN_ALLOW", "10.0.0.0/8,everybody")]
    [InlineData("ECODRIX_ADMIN_ALLOW", ",")]
    [InlineData("ECODRIX_ROLE", "worker")]
    public void A_wrong_value_stops_the_start_with_one_sentence_that_names_it(string name, string value)
    {
        var wrong = Should.Throw<WrongSettingException>(() => Read("Development", (name, value)));

        wrong.Message.ShouldStartWith(name + " must be ");
        wrong.Message.ShouldEndWith(".");
        wrong.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void Object_storage_is_a_folder_or_a_bucket_with_the_key_that_opens_it()
    {
        (string Name, string Value)[] all =
        [
            ("ECODRIX_STORAGE", "s3://ecodrix-media"), ("ECODRIX_S3_ENDPOINT", "https://s3.eu-central-1.amazonaws.com"),
            ("ECODRIX_S3_ACCESS_KEY_ID", "id"), ("ECODRIX_S3_SECRET_ACCESS_KEY", "hush-hush"),
        ];

        var settings = Read("Development", all);
        settings.StorageFolder.ShouldBeNull();
        settings.StorageBucket!.Name.ShouldBe("ecodrix-media");
        settings.StorageBucket.Endpoint.Host.ShouldBe("s3.eu-central-1.amazonaws.com");
        settings.ToString().ShouldNotContain("hush-hush");
        Read("Development", ("ECODRIX_STORAGE", "file:media")).StorageFolder.ShouldBe(Path.GetFullPath("media", Path.GetTempPath()));
        foreach (var missing in all[1..])
        {
            Should.Throw<WrongSettingException>(() => Read("Development", [.. all.Except([missing])])).Message.ShouldStartWith($"{missing.Name} must be set while ECODRIX_STORAGE is s3://");
        }
    }

    [Theory]
    [InlineData("ECODRIX_DATABASE")]
    [InlineData("ECODRIX_ENCRYPTION_KEY")]
    public void What_production_needs_must_be_set(string name)
    {
        (string Name, string Value)[] all = [("ECODRIX_DATABASE", "sqlite:/x/s.db"), ("ECODRIX_ENCRYPTION_KEY", EncryptionKey)];

        var wrong = Should.Throw<WrongSettingException>(() => Read("Production", [.. all.Where(setting => !string.Equals(setting.Name, name, StringComparison.Ordinal))]));

        wrong.Message.ShouldStartWith($"{name} must be set in production");
    }

    private static Settings Read(string environment, params (string Name, string Value)[] values) => SettingsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))).Build(),
        new Surroundings(environment));

    private sealed class Surroundings(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "Ecodrix.Server";

        public string ContentRootPath { get; set; } = Path.GetTempPath();

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
