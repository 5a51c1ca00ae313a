using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>Makes a new key and lets the client's other keys of that mode end after a time of grace.</summary>
internal static class RotateKey
{
    /// <param name="GraceHours">0 to 720; 24 when left out.</param>
    /// <param name="Mode"><c>live</c> when left out.</param>
    public sealed record Request(int? GraceHours, string? Mode);

    public sealed record Response(string ApiKey, KeyView Key, int OthersEnding, DateTimeOffset OthersEndAt);

    public static async Task<Results<Ok<Response>, Failure>> HandleAsync(
        string code, Request request, Actor actor, KeyMaking making, KeyStore keys, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        GracePeriod.Check(request.GraceHours, errors);
        if (request.Mode is not (null or "live" or "test"))
        {
            errors.Add("mode", "must be live or test");
        }

        if (errors.Any)
        {
            return new Failure(errors);
        }

        var mode = request.Mode is "test" ? KeyMode.Test : KeyMode.Live;
        var text = KeyText.NewKey(mode);
        var key = ApiKey.Of(text, code.ToUpperInvariant(), "rotated", mode, making.Now);
        if (await making.MakeAsync(key, actor, cancellationToken) is { } refusal)
        {
            return new Failure(refusal);
        }

        var end = making.Now + GracePeriod.Of(request.GraceHours);
        var ending = await keys.EndOthersAsync(key, end, cancellationToken);
        return TypedResults.Ok(new Response(text, KeyView.Of(key), ending, end));
    }
}

/// <summary>How long what is rotated out stays valid.</summary>
internal static class GracePeriod
{
    private const int DefaultHours = 24;

    private const int MostHours = 720;

    public static TimeSpan Of(int? hours) => TimeSpan.FromHours(hours ?? DefaultHours);

    public static void Check(int? hours, ValidationErrors errors)
    {
        if (hours is < 0 or > MostHours)
        {
            errors.Add("graceHours", $"must be a whole number from 0 to {MostHours}");
        }
    }
}
