using System.Net;
using System.Net.Http.Headers;

namespace Ecodrix.Channels.Guarding;

/// <summary>
/// A request's body that knows whether it went out. The handler asks for the body after the connection (and its TLS) stands and before
/// any byte of the request has left its buffer, so a body that was never asked for is a request that was never sent.
/// </summary>
internal sealed class WrittenContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;

    public WrittenContent(ReadOnlyMemory<byte> body, string mediaType)
    {
        _body = body;
        Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
    }

    public bool WasWritten { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        WasWritten = true;
        await stream.WriteAsync(_body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
