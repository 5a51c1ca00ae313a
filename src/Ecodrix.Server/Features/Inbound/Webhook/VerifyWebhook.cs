using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>Answers the challenge by which Meta makes sure that the address is ours.</summary>
internal static class VerifyWebhook
{
    /// <summary>What Meta asks with.</summary>
    internal sealed class Question
    {
        [FromQuery(Name = "hub.mode")]
        public string? Mode { get; init; }

        [FromQuery(Name = "hub.verify_token")]
        public string? Token { get; init; }

        [FromQuery(Name = "hub.challenge")]
        public string? Challenge { get; init; }

        public bool IsWhole => string.Equals(Mode, "subscribe", StringComparison.Ordinal) && !string.IsNullOrEmpty(Token);
    }

    /// <summary>Takes any client's token, or the app-wide one.</summary>
    public static async Task<IResult> HandleAsync(
        [AsParameters] Question question, WhatsAppOwnersDoor owners, Settings settings, CancellationToken cancellationToken) =>
        question.IsWhole && (IsAppWide(question, settings) || await owners.IsVerifyTokenAsync(question.Token!, cancellationToken))
            ? Confirmed(question)
            : new Failure(InboundErrors.WrongToken);

    /// <summary>Takes the client's own token, or the app-wide one.</summary>
    public static async Task<IResult> OfClientAsync(
        string code, [AsParameters] Question question, WhatsAppOwnersDoor owners, Settings settings, CancellationToken cancellationToken) =>
        question.IsWhole
        && await owners.OfCodeAsync(code, cancellationToken) is { } owner
        && (owner.IsVerifyToken(question.Token!) || IsAppWide(question, settings))
            ? Confirmed(question)
            : new Failure(InboundErrors.WrongToken);

    private static ContentHttpResult Confirmed(Question question) => TypedResults.Text(question.Challenge ?? "", "text/plain");

    private static bool IsAppWide(Question question, Settings settings) =>
        settings.MetaVerifyToken is { } token && WhatsAppOwner.AreSame(token, question.Token!);
}
