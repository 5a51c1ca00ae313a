using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Features.Traces;
using Ecodrix.Server.Features.Traces.Links;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Tenants;

/// <summary>One folder of files, started again and again with other encryption keys.</summary>
public sealed class EncryptionRotationTests : IDisposable
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ecodrix-rotation-");

    private readonly string old = EncryptionKeys.NewKey();

    private readonly string fresh = EncryptionKeys.NewKey();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_key_is_replaced_in_the_documented_steps_and_can_be_dropped_afterwards()
    {
        await WithAsync(old, services => SetAsync(services, "first"));
        await WithAsync($"{old},{fresh}", services => ShouldReadAsync(services, "first"));
        await WithAsync($"{fresh},{old}", async services =>
        {
            var done = await services.GetRequiredService<Resealing>().RunAsync(Cancelled);
            done.Resealed.ShouldBe(1);
            (await services.GetRequiredService<Resealing>().RunAsync(Cancelled)).Resealed.ShouldBe(0);
        });
        await WithAsync(fresh, services => ShouldReadAsync(services, "first"));
    }

    [Fact]
    public async Task A_key_that_signs_links_stays_the_same_when_it_is_sealed_anew()
    {
        byte[] made = [];
        await WithAsync(old, async services => made = await SigningKeyAsync(services));
        await WithAsync($"{fresh},{old}", services => services.GetRequiredService<Resealing>().RunAsync(Cancelled));

        await WithAsync(fresh, async services => (await SigningKeyAsync(services)).ShouldBe(made));
        made.Length.ShouldBe(32);
    }

    [Fact]
    public async Task Of_many_that_need_a_signing_key_at_once_all_get_the_same() =>
        await WithAsync(old, async services =>
        {
            var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => SigningKeyAsync(services), Cancelled)));

            keys.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        });

    [Fact]
    public async Task Without_a_readable_signing_key_there_are_no_links_and_the_start_goes_on() =>
        await WithAsync(old, async services =>
        {
            await SigningKeyAsync(services);
            var keys = services.GetRequiredService<IServicesDatabase>().Documents<SigningKey>();
            var key = (await keys.FindAsync("trace", Cancelled))!;
            await keys.TryReplaceAsync(key with { Version = 2, Sealed = key.Sealed[..^8] + "AAAAAAA=" }, Cancelled);

            var trace = ActivatorUtilities.CreateInstance<TraceKey>(services);
            await trace.StartAsync(Cancelled);

            trace.Value.ShouldBeNull();
            new TraceDoor(trace, SettingsWith(old), TimeProvider.System).UrlOf("ACME", "665f00000000000000000000").ShouldBeNull();
        });

    [Fact]
    public async Task A_start_without_a_key_that_is_needed_names_it()
    {
        await WithAsync(old, services => SetAsync(services, "first"));

        var refusal = await Should.ThrowAsync<WrongSettingException>(() => WithAsync(fresh, _ => Task.CompletedTask));

        refusal.Message.ShouldStartWith("ECODRIX_ENCRYPTION_KEY must also hold the key");
        refusal.Message.ShouldContain(EncryptionKeys.TryParse(old)!.FirstId);
        refusal.Message.ShouldNotContain(old);
        await WithAsync($"{fresh},{old}", services => ShouldReadAsync(services, "first"));
    }

    [Fact]
    public async Task A_rotation_that_cannot_read_a_secret_stops_and_keeps_the_old_key_needed()
    {
        await WithAsync(old, async services =>
        {
            await SetAsync(services, "first");
            var sets = services.GetRequiredService<IServicesDatabase>().Documents<SecretSet>();
            var set = (await sets.FindAsync("ACME", Cancelled))!;
            var broken = set.Sealed.ToDictionary(entry => entry.Key, entry => entry.Value[..^8] + "AAAAAAA=", StringComparer.Ordinal);
            await sets.TryReplaceAsync(set.Next(broken), Cancelled);
        });

        await WithAsync($"{fresh},{old}", services => Should.ThrowAsync<SealBrokenException>(() => services.GetRequiredService<Resealing>().RunAsync(Cancelled)));

        await Should.ThrowAsync<WrongSettingException>(() => WithAsync(fresh, _ => Task.CompletedTask));
    }

    private static async Task SetAsync(IServiceProvider services, string value) =>
        await services.GetRequiredService<SecretStore>().ChangeAsync("ACME", _ => SecretsChange.Of(SecretName.SmtpPass, value), Cancelled);

    private static Task<byte[]> SigningKeyAsync(IServiceProvider services) => services.GetRequiredService<SigningKeyDoor>().FindOrMakeAsync("trace", Cancelled);

    private static async Task ShouldReadAsync(IServiceProvider services, string value) =>
        (await services.GetRequiredService<SecretStore>().ReadAsync("ACME", Cancelled))!.Find(SecretName.SmtpPass).ShouldBe(value);

    /// <summary>A start with those keys, some work, and the end.</summary>
    private async Task WithAsync(string keys, Func<IServiceProvider, Task> work)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddStorage(storage =>
        {
            storage.Services = TestStorage.Services(folder.FullName);
            storage.Tenants = TestStorage.Tenants(folder.FullName);
        });
        services.AddSingleton(SettingsWith(keys));
        services.AddTenants();

        await using var provider = services.BuildServiceProvider();
        await ActivatorUtilities.CreateInstance<EncryptionKeyStart>(provider).StartAsync(Cancelled);
        await work(provider);
    }

    private static Settings SettingsWith(string keys) => new()
    {
        IsDevelopment = false,
        ContentRoot = "",
        ListenUrls = "",
        Database = "",
        TenantDatabase = "",
        EncryptionKey = keys,
        MetaBaseUrl = new Uri("https://graph.example"),
        GoogleBaseUrl = new Uri("https://google.example"),
        GoogleOAuthUrl = new Uri("https://oauth.example"),
    };
}
