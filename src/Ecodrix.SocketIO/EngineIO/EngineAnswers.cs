using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>The HTTP answers of the protocol, byte for byte.</summary>
internal static class EngineAnswers
{
    private const int CompressedAbove = 1024;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Refuses a request; a WebSocket handshake always with 400 and the bare words.</summary>
    public static Task RefuseAsync(HttpContext context, EngineError error, bool isUpgrade)
    {
        if (isUpgrade)
        {
            context.Response.Headers.Connection = "close";
            return WriteAsync(context, StatusCodes.Status400BadRequest, "text/html", Encoding.UTF8.GetBytes(error.Message));
        }

        var status = error.Code is 4 ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest;
        var body = $$"""{"code":{{error.Code}},"message":{{JsonSerializer.Serialize(error.Message, Plain)}}}""";
        return WriteAsync(context, status, "application/json", Encoding.UTF8.GetBytes(body));
    }

    public static Task OkAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "text/html", "ok"u8.ToArray());

    /// <summary>An answer without a body.</summary>
    public static void Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
    }

    /// <summary>What a poll brings.</summary>
    public static async Task PayloadAsync(HttpContext context, EngineServer server, IReadOnlyList<EngineMessage> messages)
    {
        var payload = new ArrayBufferWriter<byte>(messages.Sum(message => message.Size) + messages.Count);
        for (var at = 0; at < messages.Count; at++)
        {
            if (at > 0)
            {
                payload.Write("\u001e"u8);
            }

            messages[at].WritePolling(payload);
        }

        context.Response.Headers.CacheControl = "no-store";
        var body = payload.WrittenMemory;
        if (server.Options.HttpCompression && body.Length > CompressedAbove && AcceptedEncoding(context.Request) is { } encoding)
        {
            context.Response.Headers.ContentEncoding = encoding;
            body = Compress(body.Span, encoding);
        }

        await WriteAsync(context, StatusCodes.Status200OK, "text/plain; charset=UTF-8", body);
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <returns>What the client accepts of the two; null for neither.</returns>
    private static string? AcceptedEncoding(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted))
        {
            return null;
        }

        bool Takes(string name) => accepted.Any(value => value.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && value.Quality is not 0);
        return Takes("gzip") ? "gzip" : Takes("deflate") ? "deflate" : null;
    }

    private static byte[] Compress(ReadOnlySpan<byte> body, string encoding)
    {
        using var compressed = new MemoryStream();
        using (Stream pack = encoding is "gzip"
            ? new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)
            : new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            pack.Write(body);
        }

        return compressed.ToArray();
    }
}
