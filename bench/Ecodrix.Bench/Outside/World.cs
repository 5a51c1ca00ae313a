using System.Globalization;
using Ecodrix.Bench.Serving;
using Ecodrix.Loopback;

namespace Ecodrix.Bench.Outside;

/// <summary>All that lies outside the server: WhatsApp's provider, a mail server and a receiver of callbacks, in this process.</summary>
internal sealed class World : IAsyncDisposable
{
    public const string Template = "bench_hello";

    public const string AppSecret = "bench-app-secret-of-meta";

    private const long FirstNumber = 106_540_352_242_922;

    private readonly Dictionary<string, string> numbers = new(StringComparer.Ordinal);

    private World(LoopbackMeta meta, CallbackReceiver callbacks)
    {
        Meta = meta;
        Callbacks = callbacks;
    }

    public LoopbackMeta Meta { get; }

    public MailServer Mail { get; } = new();

    public CallbackReceiver Callbacks { get; }

    /// <summary>What the server needs to be told of it.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ECODRIX_META_BASE_URL"] = Meta.BaseUrl.ToString(),
        ["ECODRIX_ALLOW_PRIVATE_CALLBACKS"] = "true",
    };

    /// <param name="answersAfter">How long the providers take to answer; null for at once.</param>
    public static async Task<World> StartAsync(Func<TimeSpan>? answersAfter = null)
    {
        var world = new World(await LoopbackMeta.StartAsync(), await CallbackReceiver.StartAsync());
        world.Meta.Add(new MetaTemplate(Template, "en_US", "Hello {{1}}"));
        if (answersAfter is not null)
        {
            world.Meta.AnswersAfter = answersAfter;
            world.Mail.AnswersAfter = answersAfter;
        }

        return world;
    }

    /// <summary>A live client with a number and a mail account of its own here.</summary>
    /// <param name="dbUri">Its own database; null for where most clients' are.</param>
    public async Task<Tenant> CreateTenantAsync(ServerUnderTest server, string code, CancellationToken cancellationToken, string? dbUri = null)
    {
        var tenant = await server.CreateTenantAsync(code, cancellationToken, isLive: true, dbUri);
        var number = (FirstNumber + numbers.Count).ToString(CultureInfo.InvariantCulture);
        Meta.AddNumber(number);
        numbers[code] = number;
        var secrets = new
        {
            whatsappToken = Meta.Token,
            whatsappPhoneNumberId = number,
            whatsappBusinessId = Meta.BusinessId,
            whatsappAppSecret = AppSecret,
            smtpHost = "127.0.0.1",
            smtpPort = Mail.Port.ToString(CultureInfo.InvariantCulture),
            smtpFrom = "hello@bench.example",
            smtpSecurity = "none",
        };
        await server.AdminAsync(HttpMethod.Post, $"/api/clients/{code}/secrets", secrets, cancellationToken);
        await tenant.PostAsync("/api/saas/chat/templates/sync", new { }, cancellationToken);
        return tenant;
    }

    /// <summary>The WhatsApp number id of a client made here.</summary>
    public string NumberOf(string code) => numbers[code];

    public async ValueTask DisposeAsync()
    {
        await Meta.DisposeAsync();
        await Mail.DisposeAsync();
        await Callbacks.DisposeAsync();
    }
}
