using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>Writes the CORS headers, before anything else looks at the request: a refusal has to be readable for the page that caused it.</summary>
internal static class CorsHeaders
{
    /// <returns>True when the request was a preflight and is answered.</returns>
    public static bool Apply(SocketCors? cors, HttpContext context)
    {
        if (cors is null)
        {
            return false;
        }

        var (request, response) = (context.Request, context.Response);
        AllowOrigin(cors, request.Headers.Origin.ToString(), response);
        if (cors.AllowCredentials)
        {
            response.Headers.AccessControlAllowCredentials = "true";
        }

        if (!HttpMethods.IsOptions(request.Method))
        {
            return false;
        }

        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = "GET,POST,OPTIONS";
        if (request.Headers.AccessControlRequestHeaders is { Count: > 0 } wanted)
        {
            response.Headers.AccessControlAllowHeaders = wanted;
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AccessControlRequestHeaders);
        }

        if (cors.MaxAge is { } age)
        {
            response.Headers.AccessControlMaxAge = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return true;
    }

    private static void AllowOrigin(SocketCors cors, string origin, HttpResponse response)
    {
        if (cors is { AllowOrigin: null, AllowCredentials: false })
        {
            response.Headers.AccessControlAllowOrigin = "*";
            return;
        }

        response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (origin.Length > 0 && cors.AllowOrigin?.Invoke(origin) is not false)
        {
            response.Headers.AccessControlAllowOrigin = origin;
        }
    }
}
