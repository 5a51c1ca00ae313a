namespace Ecodrix.Channels.Callbacks;

/// <summary>What stands over a callback's body beside its type: who sends it, both signatures, and what they cover.</summary>
public static class CallbackHeaders
{
    /// <param name="at">When the attempt is made; the Standard Webhooks signature covers it.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(Callback callback, DateTimeOffset at, CallbackOptions options)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("user-agent", options.UserAgent),
            new(options.SignatureHeader, CallbackSigner.Plain(callback.Body.Span, callback.Secrets)),
            new("webhook-id", callback.Id),
        ];
        if (callback.Traceparent is { } traceparent)
        {
            headers.Add(new("traceparent", traceparent));
        }

        headers.Add(new("webhook-timestamp", CallbackSigner.Timestamp(at)));
        headers.Add(new("webhook-signature", CallbackSigner.Standard(callback.Id, at, callback.Body.Span, callback.Secrets)));
        return headers;
    }
}
