using System.Globalization;
using System.Text.Json;

namespace Ecodrix.Server.Http;

/// <summary>Writes the error body of <c>00-conventions</c>: success, message, code, requestId, and hint and errors where there are any.</summary>
internal static class ErrorBody
{
    public static async Task WriteAsync(HttpContext context, Failure failure)
    {
        context.Features.Set(failure);
        var response = context.Response;
        response.StatusCode = failure.Error.Status;
        response.ContentType = Envelope.ContentType;

        if (RetryAfter(failure) is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        using (var json = new Utf8JsonWriter(response.BodyWriter, Envelope.WriterOptions))
        {
            Write(json, failure, context.TraceIdentifier);
        }

        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, Failure failure, string requestId)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", value: false);
        json.WriteString("message", failure.Error.Message);
        json.WriteString("code", failure.Error.Code);
        json.WriteString("requestId", requestId);
        if (failure.Error.Hint is { } hint)
        {
            json.WriteString("hint", hint);
        }

        if (failure.Fields is { Any: true } fields)
        {
            WriteFields(json, fields);
        }

        failure.Besides?.WriteTo(json, JsonSerializerOptions.Web);

        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, ValidationErrors fields)
    {
        json.WriteStartObject("errors");
        foreach (var (path, messages) in fields.ByPath)
        {
            json.WriteStartArray(path);
            foreach (var message in messages)
            {
                json.WriteStringValue(message);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>429 and 503 always say when to come back.</summary>
    private static long? RetryAfter(Failure failure) => failure switch
    {
        { RetryAfter: { } wait } => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)),
        { Error.Status: StatusCodes.Status429TooManyRequests } => 1,
        { Error.Status: StatusCodes.Status503ServiceUnavailable } => 5,
        _ => null,
    };
}
