using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Loopback;

internal static class MetaErrors
{
    public static Task WriteAsync(HttpContext context, int status, int code, string message, string? details = null)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = "OAuthException", ["code"] = code, ["fbtrace_id"] = "Loopback" };
        if (details is not null)
        {
            error["error_data"] = new JsonObject { ["messaging_product"] = "whatsapp", ["details"] = details };
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(new JsonObject { ["error"] = error }.ToJsonString(), context.RequestAborted);
    }
}

internal sealed record MetaProblem(int Status, int Code, string Message, string? Details = null);
