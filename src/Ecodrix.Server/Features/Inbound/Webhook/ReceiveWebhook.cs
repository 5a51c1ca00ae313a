using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Bodies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>Takes what Meta posts: once this answers 200, all that verified is durable.</summary>
internal static class ReceiveWebhook
{
    private const string SignatureHeader = "X-Hub-Signature-256";

    public sealed record Answer(string Status);

    public static Task<Results<Ok<Answer>, Failure>> HandleAsync(
        [FromHeader(Name = SignatureHeader)] string? signature, RawBody body, Reception reception, CancellationToken cancellationToken) =>
        TakeAsync(reception.TakeAsync(new Posted(body.Bytes, signature), cancellationToken));

    public static Task<Results<Ok<Answer>, Failure>> OfClientAsync(
        string code, [FromHeader(Name = SignatureHeader)] string? signature, RawBody body, Reception reception, CancellationToken cancellationToken) =>
        TakeAsync(reception.TakeForAsync(code, new Posted(body.Bytes, signature), cancellationToken));

    private static async Task<Results<Ok<Answer>, Failure>> TakeAsync(Task<Error?> taking) =>
        await taking is { } refusal ? new Failure(refusal) : TypedResults.Ok(new Answer("received"));
}
