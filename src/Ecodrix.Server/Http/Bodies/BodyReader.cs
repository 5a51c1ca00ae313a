using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;

namespace Ecodrix.Server.Http.Bodies;

/// <summary>Reads a whole body within the route's limit, so that the binder, the handler and the idempotency key all see the same bytes.</summary>
internal sealed class BodyReader(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<ReadsOwnBody>() is not null || !CanHaveBody(context))
        {
            await next(context);
            return;
        }

        var limit = endpoint.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? RoutePolicies.DefaultBodyBytes;
        if (await ReadAsync(context, limit) is not { } bytes)
        {
            await TooLarge(limit).ExecuteAsync(context);
            return;
        }

        // The JSON reader passes over what it does not need without looking at its characters.
        if (context.Request.HasJsonContentType() && !Utf8.IsValid(bytes.Span))
        {
            await new Failure(Errors.InvalidJson).ExecuteAsync(context);
            return;
        }

        context.Features.Set(new RawBody(bytes));
        context.Features.Set<IRequestBodyPipeFeature>(new BytesPipe(bytes));
        await next(context);
    }

    private static Failure TooLarge(int limit) =>
        new(Errors.PayloadTooLarge with { Hint = $"The body may have at most {limit} bytes." });

    private static bool CanHaveBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not false;

    /// <returns>Null when the body is larger than the limit.</returns>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        var bytes = new ArrayBufferWriter<byte>((int)(context.Request.ContentLength ?? 1024) + 1);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (bytes.WrittenCount + read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            foreach (var segment in read.Buffer)
            {
                bytes.Write(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return bytes.WrittenMemory;
            }
        }
    }

    private sealed class BytesPipe(ReadOnlyMemory<byte> bytes) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = PipeReader.Create(new ReadOnlySequence<byte>(bytes));
    }
}
