using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ecodrix.Bench;

/// <summary>A kept-open HTTP/1.1 connection that does as little as it can, so that the server is what is measured.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private static readonly byte[] LengthName = "Content-Length: "u8.ToArray();

    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private readonly byte[] buffer = new byte[64 * 1024];

    public async Task OpenAsync(Uri server, CancellationToken cancellationToken) =>
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), cancellationToken);

    /// <returns>The status code, when the whole answer has been read.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await socket.SendAsync(request, cancellationToken);
        var filled = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            filled += read;
            if (IsWhole(buffer.AsSpan(0, filled)))
            {
                return Number(buffer.AsSpan(9));
            }
        }
    }

    public void Dispose() => socket.Dispose();

    public static byte[] Request(string method, Uri url, string body, params IEnumerable<(string Name, string Value)> headers)
    {
        var text = new StringBuilder()
            .Append(method).Append(' ').Append(url.PathAndQuery).Append(" HTTP/1.1\r\nHost: ").Append(url.Authority).Append("\r\n")
            .Append("Content-Type: application/json\r\nContent-Length: ").Append(Encoding.UTF8.GetByteCount(body)).Append("\r\n");
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf(HeadEnd);
        if (head < 0)
        {
            return false;
        }

        var length = answer[..head].IndexOf(LengthName);
        return length < 0
            ? answer.EndsWith(LastChunk)
            : answer.Length >= head + HeadEnd.Length + Number(answer[(length + LengthName.Length)..]);
    }

    private static int Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int number, out _) ? number : throw new IOException("The answer is no HTTP.");
}
