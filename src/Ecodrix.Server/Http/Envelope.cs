using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Http;

/// <summary>The one filter on every route that wraps a value in <c>{"success":true,"data":…}</c>. No feature writes <c>success</c>.</summary>
/// <remarks>A <see cref="Page{T}"/> becomes the page envelope, <see cref="Messaged{T}"/> adds a message. A result that carries no value writes itself.</remarks>
internal sealed class Envelope(IOptions<JsonOptions> json)
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>The answers are JSON under <c>nosniff</c> and never part of a page, so only what JSON itself needs is escaped.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConcurrentDictionary<Type, EnvelopeContent> contents = new();

    private readonly JsonSerializerOptions options = json.Value.SerializerOptions;

    /// <summary>The filter of one route. One that is named by its type would be made anew for each request, and look everything up again.</summary>
    public EndpointFilterDelegate Around(EndpointFilterDelegate next) => async context => Wrap(await next(context));

    private object? Wrap(object? result)
    {
        while (result is INestedHttpResult nested)
        {
            result = nested.Result;
        }

        return result is IValueHttpResult { Value: not null } and IStatusCodeHttpResult { StatusCode: { } status }
            ? new Enveloped(result, status, contents.GetOrAdd(result.GetType(), EnvelopeContent.Of, options))
            : result;
    }

    /// <summary>A value under way to the wire.</summary>
    private sealed class Enveloped(object result, int status, EnvelopeContent content) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = ContentType;
            if (content.Location(result) is { } location)
            {
                response.Headers.Location = location;
            }

            using (var writer = new Utf8JsonWriter(response.BodyWriter, WriterOptions))
            {
                writer.WriteStartObject();
                writer.WriteBoolean("success", value: true);
                content.Write(writer, result);
                writer.WriteEndObject();
            }

            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }
}
