using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Loopback;

/// <summary>
/// Stands in for the Graph API: refuses what it refuses (token, number, template, parameters, form of the body) with its codes, and keeps
/// what it took.
/// </summary>
public sealed class LoopbackMeta : IAsyncDisposable
{
    private const string BodyItem = "body";

    private readonly ConcurrentQueue<MetaMessage> _messages = new();
    private readonly ConcurrentDictionary<string, int> _errorsByPhone = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _moreNumbers = new(StringComparer.Ordinal);
    private readonly List<MetaTemplate> _templates = [];
    private LoopbackHost _host = null!;
    private int _requests;

    private LoopbackMeta()
    {
    }

    public string Token { get; set; } = "loopback-meta-token";

    /// <summary>What it tells of the token's end; null never.</summary>
    public DateTimeOffset? TokenEndsAt { get; set; }

    public string PhoneNumberId { get; set; } = "106540352242922";

    public string BusinessId { get; set; } = "102290129340398";

    /// <summary>Signs what it posts to webhooks.</summary>
    public string AppSecret { get; set; } = "loopback-meta-app-secret";

    /// <summary>How many templates a page of the list holds.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>How long a message that was taken waits for its answer.</summary>
    public Func<TimeSpan> AnswersAfter { get; set; } = () => TimeSpan.Zero;

    /// <summary>The messages that were taken; what each is about is the first text of its body's parameters.</summary>
    public WireLog Wire { get; } = new();

    /// <summary>Overrides coming requests that carried a good token.</summary>
    public Script Script { get; } = new();

    /// <summary>The address to configure, version included.</summary>
    public Uri BaseUrl => new(_host.Url, "/v24.0");

    /// <summary>What was taken, in order.</summary>
    public IReadOnlyList<MetaMessage> Messages => [.. _messages];

    /// <summary>Every request that came, refused ones included.</summary>
    public int Requests => _requests;

    public static async Task<LoopbackMeta> StartAsync()
    {
        var meta = new LoopbackMeta();
        meta._host = await LoopbackHost.StartAsync(meta.HandleAsync);
        return meta;
    }

    public void Add(MetaTemplate template) => _templates.Add(template);

    /// <summary>One more number from which messages are taken.</summary>
    public void AddNumber(string phoneNumberId) => _moreNumbers[phoneNumberId] = true;

    /// <summary>Every message to this phone is answered with this error code.</summary>
    public void Refuse(string phone, int code) => _errorsByPhone[phone] = code;

    /// <summary>Takes the next message as it would, and hangs up instead of answering: the caller cannot know.</summary>
    public void TakeAndHangUp() => Script.Do(context =>
    {
        var body = (JsonElement)context.Items[BodyItem]!;
        Take(body, MetaRules.Recipient(body)!);
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Tells a webhook how far messages have come, in one post: in this order, repeated as given.</summary>
    public async Task<HttpResponseMessage> ReportAsync(HttpClient client, string path, IEnumerable<(MetaMessage Message, string Status)> statuses, DateTimeOffset at)
    {
        var elements = statuses.Select(told => MetaWebhook.Status(told.Message.Wamid, told.Status, told.Message.To, told.Message.EffectKey, at));
        var body = MetaWebhook.Body(BusinessId, MetaWebhook.Change(PhoneNumberId, "statuses", [.. elements]));
        using var request = MetaWebhook.Post(path, body, AppSecret);
        return await client.SendAsync(request);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        using var body = await JsonBodies.TryReadAsync(context);
        context.Items[BodyItem] = body?.RootElement.Clone();

        if (!context.Request.Headers.Authorization.ToString().Equals($"Bearer {Token}", StringComparison.Ordinal))
        {
            await MetaErrors.WriteAsync(context, 401, 190, "Invalid OAuth access token - Cannot parse access token");
        }
        else if (Script.TryNext(out var step))
        {
            await step(context);
        }
        else if (HttpMethods.IsPost(context.Request.Method) && IsOfOurs(context.Request.Path.Value ?? ""))
        {
            await TakeAsync(context, body);
        }
        else if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path == $"/v24.0/{BusinessId}/message_templates")
        {
            await ListAsync(context);
        }
        else if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path == "/v24.0/debug_token" && context.Request.Query["input_token"] == Token)
        {
            var told = new JsonObject { ["app_id"] = "1", ["type"] = "SYSTEM_USER", ["is_valid"] = true, ["expires_at"] = TokenEndsAt?.ToUnixTimeSeconds() ?? 0 };
            await context.Response.WriteAsJsonAsync(new JsonObject { ["data"] = told }, context.RequestAborted);
        }
        else
        {
            await MetaErrors.WriteAsync(context, 400, 100, "Unsupported request. Object with this ID does not exist or cannot be loaded due to missing permissions");
        }
    }

    private bool IsOfOurs(string path) =>
        path.Split('/') is ["", "v24.0", var number, "messages"]
        && (number.Equals(PhoneNumberId, StringComparison.Ordinal) || _moreNumbers.ContainsKey(number));

    private async Task TakeAsync(HttpContext context, JsonDocument? body)
    {
        if (body is null)
        {
            await MetaErrors.WriteAsync(context, 400, 100, "The parameter messaging_product is required.");
            return;
        }

        var problem = MetaRules.Check(body.RootElement, _templates);
        var to = MetaRules.Recipient(body.RootElement);
        if (problem is null && to is not null && _errorsByPhone.TryGetValue(to, out var code))
        {
            problem = new MetaProblem(400, code, $"(#{code.ToString(CultureInfo.InvariantCulture)}) Scripted", "As the test asked.");
        }

        if (problem is not null)
        {
            await MetaErrors.WriteAsync(context, problem.Status, problem.Code, problem.Message, problem.Details);
            return;
        }

        var message = Take(body.RootElement, to!);
        var answer = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["contacts"] = new JsonArray(new JsonObject { ["input"] = to, ["wa_id"] = to!.TrimStart('+') }),
            ["messages"] = new JsonArray(new JsonObject { ["id"] = message.Wamid, ["message_status"] = "accepted" }),
        };
        var exchange = Wire.Arrive(message.EffectKey ?? "", message.FirstText);
        try
        {
            await Task.Delay(AnswersAfter(), TimeProvider.System, context.RequestAborted);
            context.Response.ContentType = "application/json; charset=UTF-8";
            await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
        }
        finally
        {
            exchange.End();
        }
    }

    private MetaMessage Take(JsonElement body, string to)
    {
        var message = new MetaMessage($"wamid.{Guid.NewGuid():N}", to, body.Clone());
        _messages.Enqueue(message);
        return message;
    }

    private async Task ListAsync(HttpContext context)
    {
        var after = context.Request.Query["after"].ToString();
        var from = after.Length is 0 ? 0 : int.Parse(after.AsSpan("cursor-".Length), CultureInfo.InvariantCulture);
        var until = Math.Min(from + PageSize, _templates.Count);

        var paging = new JsonObject { ["cursors"] = new JsonObject { ["before"] = $"cursor-{from}", ["after"] = $"cursor-{until}" } };
        if (until < _templates.Count)
        {
            // The address is one that a client must not follow with its token.
            paging["next"] = $"https://graph.invalid/next?after=cursor-{until}&access_token=secret";
        }

        var page = new JsonObject { ["data"] = new JsonArray([.. _templates[from..until].Select(template => template.ToJson())]), ["paging"] = paging };
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(page.ToJsonString(), context.RequestAborted);
    }
}

/// <summary>A message that was taken.</summary>
/// <param name="To">The phone, or the user id, as it stood in the request.</param>
public sealed record MetaMessage(string Wamid, string To, JsonElement Body)
{
    /// <summary>The texts of the template's body parameters, in order.</summary>
    public IReadOnlyList<string> BodyTexts =>
        [.. from component in Body.GetProperty("template").GetProperty("components").EnumerateArray()
            where component.GetProperty("type").GetString() is "body"
            from parameter in component.GetProperty("parameters").EnumerateArray()
            select parameter.GetProperty("text").GetString()];

    internal string FirstText => Body.TryGetProperty("template", out var template) && template.TryGetProperty("components", out _)
        ? BodyTexts is [var first, ..] ? first : ""
        : Body.TryGetProperty("text", out var text) ? text.Text("body") ?? "" : "";

    public string? EffectKey => Body.TryGetProperty("biz_opaque_callback_data", out var key) ? key.GetString() : null;
}
