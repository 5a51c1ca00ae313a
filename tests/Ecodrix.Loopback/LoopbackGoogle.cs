using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Loopback;

/// <summary>Stands in for Google's OAuth server and Calendar: refuses what they refuse, and keeps the calendar.</summary>
public sealed partial class LoopbackGoogle : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, GoogleEvent> _events = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _accessTokens = new(StringComparer.Ordinal);
    private LoopbackHost _host = null!;
    private int _refreshes;
    private int _inserts;

    private LoopbackGoogle()
    {
    }

    public string ClientId { get; set; } = "loopback.apps.googleusercontent.com";

    public string ClientSecret { get; set; } = "loopback-google-secret";

    public string RefreshToken { get; set; } = "1//loopback-refresh";

    /// <summary>Refuses further refreshes as Google does when a user has withdrawn the permission.</summary>
    public bool IsRevoked { get; set; }

    /// <summary>How many reads of a new event still find its conference pending; the insert's own answer is the first.</summary>
    public int PendingAnswers { get; set; }

    /// <summary>How many seconds an access token is said to live.</summary>
    public int TokenLifetime { get; set; } = 3599;

    /// <summary>Overrides coming requests to the Calendar that carried a good token.</summary>
    public Script Script { get; } = new();

    /// <summary>Overrides coming requests for a token.</summary>
    public Script TokenScript { get; } = new();

    /// <summary>The address to configure for both the API and OAuth.</summary>
    public Uri BaseUrl => _host.Url;

    public IReadOnlyList<GoogleEvent> Events => [.. _events.Values];

    public int Refreshes => _refreshes;

    /// <summary>Inserts that were looked at, repeated ones included.</summary>
    public int Inserts => _inserts;

    public static async Task<LoopbackGoogle> StartAsync()
    {
        var google = new LoopbackGoogle();
        google._host = await LoopbackHost.StartAsync(google.HandleAsync);
        return google;
    }

    /// <summary>Makes every access token given so far worthless before its time.</summary>
    public void ForgetAccessTokens() => _accessTokens.Clear();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/token" && HttpMethods.IsPost(context.Request.Method))
        {
            await TokenAsync(context);
            return;
        }

        using var body = await JsonBodies.TryReadAsync(context);
        var authorisation = context.Request.Headers.Authorization.ToString();
        if (!authorisation.StartsWith("Bearer ", StringComparison.Ordinal) || !_accessTokens.ContainsKey(authorisation["Bearer ".Length..]))
        {
            await ErrorAsync(context, 401, "authError", "Invalid Credentials");
        }
        else if (Script.TryNext(out var step))
        {
            await step(context);
        }
        else if (EventsPath().Match(context.Request.Path.Value ?? "") is { Success: true } match)
        {
            await CalendarAsync(context, match.Groups["id"].Value, body);
        }
        else
        {
            await ErrorAsync(context, 404, "notFound", "Not Found");
        }
    }

    private async Task TokenAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            await TokenErrorAsync(context, "invalid_request", "A form is needed.");
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        Interlocked.Increment(ref _refreshes);
        if (TokenScript.TryNext(out var step))
        {
            await step(context);
        }
        else if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            await TokenErrorAsync(context, "invalid_client", "The OAuth client was not found.");
        }
        else if (form["grant_type"] != "refresh_token")
        {
            await TokenErrorAsync(context, "unsupported_grant_type", "Invalid grant_type");
        }
        else if (IsRevoked || form["refresh_token"] != RefreshToken)
        {
            await TokenErrorAsync(context, "invalid_grant", "Token has been expired or revoked.");
        }
        else
        {
            var token = $"ya29.{Guid.NewGuid():N}";
            _accessTokens[token] = true;
            await WriteAsync(context, 200, new JsonObject { ["access_token"] = token, ["expires_in"] = TokenLifetime, ["token_type"] = "Bearer", ["scope"] = "https://www.googleapis.com/auth/calendar.events" });
        }
    }

    private async Task CalendarAsync(HttpContext context, string id, JsonDocument? body)
    {
        if (id.Length > 0 && HttpMethods.IsGet(context.Request.Method))
        {
            await (_events.TryGetValue(id, out var found) ? WriteAsync(context, 200, found.Answer()) : ErrorAsync(context, 404, "notFound", "Not Found"));
            return;
        }

        if (id.Length > 0 || !HttpMethods.IsPost(context.Request.Method) || body is null)
        {
            await ErrorAsync(context, 400, "badRequest", "Bad Request");
            return;
        }

        Interlocked.Increment(ref _inserts);
        if (GoogleRules.Check(context.Request.Query, body.RootElement) is { } problem)
        {
            await ErrorAsync(context, 400, problem.Reason, problem.Message);
            return;
        }

        var made = new GoogleEvent(body.RootElement.Text("id")!, body.RootElement.Clone(), context.Request.Query["sendUpdates"].ToString()) { PendingAnswers = PendingAnswers };
        await (_events.TryAdd(made.Id, made)
            ? WriteAsync(context, 200, made.Answer())
            : ErrorAsync(context, 409, "duplicate", "The requested identifier already exists."));
    }

    private static Task TokenErrorAsync(HttpContext context, string error, string description) =>
        WriteAsync(context, error is "invalid_client" ? 401 : 400, new JsonObject { ["error"] = error, ["error_description"] = description });

    private static Task ErrorAsync(HttpContext context, int status, string reason, string message) => WriteAsync(context, status, GoogleRules.Error(status, reason, message));

    private static Task WriteAsync(HttpContext context, int status, JsonNode json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(json.ToJsonString(), context.RequestAborted);
    }

    [GeneratedRegex(@"^/calendar/v3/calendars/(?<calendar>[^/]+)/events(/(?<id>[^/]+))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex EventsPath();
}
