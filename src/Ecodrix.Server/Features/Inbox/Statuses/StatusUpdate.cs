using Ecodrix.Engine.Jobs;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>What the provider told of a message that was sent.</summary>
/// <param name="Wamid">The provider's id of it.</param>
/// <param name="Status"><c>sent delivered read failed</c>, no other.</param>
/// <param name="At">By the provider's clock, in whole seconds.</param>
/// <param name="EffectKey">The key that was handed to the provider with the message; null when it came without.</param>
/// <param name="Error">Of a failed one.</param>
internal sealed record StatusUpdate(string Wamid, MessageStatus Status, DateTimeOffset At, string? EffectKey, MessageError? Error)
{
    /// <summary>What a failure is called that came without a code.</summary>
    private const string NoCode = "FAILED";

    public MessageError Reason => Error ?? new MessageError(NoCode, "The provider said that it failed, and not why.", Retryable: false);

    /// <summary>What this says to a step or a job that does not know whether it sent the message.</summary>
    public Verdict ToVerdict() => Status is MessageStatus.Failed
        ? new Verdict(VerdictKind.Failed) { Code = Reason.Code, Why = Reason.Message }
        : new Verdict(VerdictKind.Sent);
}
