using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Ecodrix.Server.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Ecodrix.Server.Tests.Configuration;

/// <summary>What is written for operators names the settings that there are.</summary>
public sealed partial class DeploymentPagesTests
{
    /// <summary>Settings that are decided and that not every version reads yet.</summary>
    private static readonly string[] Decided =
    [
        "ECODRIX_ROLE", "ECODRIX_HOLD", "ECODRIX_REDIS", "ECODRIX_ALERT_URL", "ECODRIX_ADMIN_ALLOW",
        "ECODRIX_STORAGE", "ECODRIX_S3_ENDPOINT", "ECODRIX_S3_ACCESS_KEY_ID", "ECODRIX_S3_SECRET_ACCESS_KEY",
    ];

    /// <summary>Values with which a start in production goes on to ask for the next one.</summary>
    private static readonly Dictionary<string, string> Fitting = new(StringComparer.Ordinal)
    {
        ["ECODRIX_DATABASE"] = "sqlite:/x/services.db",
        ["ECODRIX_ENCRYPTION_KEY"] = Convert.ToBase64String(new byte[32]),
        ["ECODRIX_STORAGE"] = "file:/x/media",
    };

    [Fact]
    public void The_blueprint_gives_every_service_what_production_requires()
    {
        var services = Text("render.yaml").Split("\n  - type: ")[1..].ToDictionary(part => Name().Match(part).Groups[1].Value, part => Keys(part), StringComparer.Ordinal);

        services.Keys.ShouldBe(["ecodrix-api", "ecodrix-worker"]);
        foreach (var keys in services.Values)
        {
            keys.ShouldBe(keys.Distinct(StringComparer.Ordinal));
            keys.Except([.. Known(), "PORT"], StringComparer.Ordinal).ShouldBeEmpty();
            Required().Except(keys, StringComparer.Ordinal).ShouldBeEmpty();
            new[] { "PORT", "ECODRIX_ROLE", "ECODRIX_METRICS_TOKEN" }.Except(keys, StringComparer.Ordinal).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("docs/deployment.md")]
    [InlineData("docs/operations.md")]
    [InlineData("docs/scaling.md")]
    [InlineData("docs/configuration.md")]
    [InlineData("render.yaml")]
    [InlineData("Dockerfile")]
    public void A_page_names_only_settings_that_exist(string path) =>
        Variable().Matches(Text(path)).Select(match => match.Value).Distinct(StringComparer.Ordinal).Except(Known(), StringComparer.Ordinal).ShouldBeEmpty();

    [Fact]
    public void What_an_operator_sets_is_on_the_page_of_settings() =>
        Required().Except(Variable().Matches(Text("docs/configuration.md")).Select(match => match.Value), StringComparer.Ordinal).ShouldBeEmpty();

    [Theory]
    [InlineData("src/Ecodrix.Server/Properties/launchSettings.json")]
    [InlineData("Dockerfile")]
    [InlineData("docs/deployment.md")]
    [InlineData("bench/Ecodrix.Bench/Serving/ServerUnderTest.cs")]
    public void However_it_is_started_as_much_is_allocated_between_two_collections(string path) =>
        Gen0().Matches(Text(path)).Select(match => match.Groups[1].Value).ShouldBe(["0x2000000"]);

    /// <summary>What stops a start in production one after the other, until nothing does.</summary>
    private static List<string> Required()
    {
        var environment = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" }).Environment;
        var given = new Dictionary<string, string?>(StringComparer.Ordinal);
        while (true)
        {
            try
            {
                SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), environment);
                given.Count.ShouldBeGreaterThan(1);
                return [.. given.Keys];
            }
            catch (WrongSettingException missing)
            {
                var name = Variable().Match(missing.Message).Value;
                Fitting.ShouldContainKey(name, "a fitting value of what is required must stand here");
                given.TryAdd(name, Fitting[name]).ShouldBeTrue(missing.Message);
            }
        }
    }

    private static HashSet<string> Known()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        sources.Count.ShouldBeGreaterThan(100, "the sources must be where the test looks");
        return [.. sources.SelectMany(source => Quoted().Matches(source)).Select(match => match.Groups[1].Value), .. Decided];
    }

    private static List<string> Keys(string part) => [.. Key().Matches(part).Select(match => match.Groups[1].Value)];

    private static string Text(string path) => File.ReadAllText(Path.Combine(Root(), path));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex("ECODRIX_[A-Z0-9_]*[A-Z0-9]")]
    private static partial Regex Variable();

    [GeneratedRegex("\"(ECODRIX_[A-Z0-9_]*[A-Z0-9])\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"DOTNET_GCgen0size[""\]:= ]+(0x[0-9A-Fa-f]+)")]
    private static partial Regex Gen0();

    [GeneratedRegex(@"- key: (\S+)")]
    private static partial Regex Key();

    [GeneratedRegex(@"name: (\S+)")]
    private static partial Regex Name();
}
