using System.Buffers.Text;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Traces.Links;

namespace Ecodrix.Server.Features.Traces;

/// <summary>Makes the link that tells what happened, for whatever shows something that happened. Costs one HMAC and one text.</summary>
internal sealed class TraceDoor(TraceKey key, Settings settings, TimeProvider clock)
{
    public const string Path = "/trace";

    /// <summary>How long a link holds.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>Where no public address is known the link is a path of this server: the <c>Host</c> header is never trusted.</summary>
    private readonly string root = settings.PublicUrl?.AbsoluteUri.TrimEnd('/') + Path + "/";

    /// <param name="tenant">A <see cref="Ecodrix.Storage.TenantId"/>; a test twin's link is not its live tenant's.</param>
    /// <param name="id">Of an event, a run, a message, a callback or a lead.</param>
    /// <returns>Null while links cannot be signed.</returns>
    public string? UrlOf(string tenant, string id)
    {
        if (key.Value is not { } signing)
        {
            return null;
        }

        Span<byte> token = stackalloc byte[TraceToken.MostBytes];
        Span<char> text = stackalloc char[TraceToken.MostCharacters];
        var bytes = TraceToken.Write(signing, tenant, id, clock.GetUtcNow() + Life, token);
        var written = Base64Url.EncodeToChars(token[..bytes], text);
        return string.Concat(root, text[..written]);
    }
}
