using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Realtime.Tokens;

/// <summary>Issues a short-lived token, with which a browser connects in place of a key. It is in this answer and in no other.</summary>
/// <remarks>It takes no <c>Idempotency-Key</c>: remembering the answer would be keeping the token.</remarks>
internal static class IssueToken
{
    private const int MostSeconds = 86_400;

    private const int DefaultSeconds = 3_600;

    /// <param name="ExpiresInSeconds">1 to 86,400; an hour when it is left out.</param>
    public sealed record Request(double? ExpiresInSeconds);

    public sealed record Answer(string Token, DateTimeOffset ExpiresAt);

    public static async Task<Results<Ok<Answer>, Failure>> HandleAsync(Request request, Caller caller, TokenBook tokens, CancellationToken cancellationToken)
    {
        var seconds = request.ExpiresInSeconds ?? DefaultSeconds;
        if (seconds is not (>= 1 and <= MostSeconds) || seconds != Math.Floor(seconds))
        {
            return new Failure(new ValidationErrors("expiresInSeconds", $"must be a whole number from 1 to {MostSeconds}"));
        }

        return await tokens.IssueAsync(caller.Tenant, caller.KeyId, TimeSpan.FromSeconds(seconds), cancellationToken) is { } issued
            ? TypedResults.Ok(new Answer(issued.Text, issued.ExpiresAt))
            : new Failure(RealtimeErrors.TooManyTokens);
    }
}
