using Ecodrix.Server.Configuration;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Tenants.Audit;

/// <summary>Who makes a change, and from where: what the audit log remembers of a caller.</summary>
internal sealed record Actor(string Name, string? From)
{
    public static ValueTask<Actor> BindAsync(HttpContext context)
    {
        var name = context.Features.Get<AdminCaller>() is { } admin ? $"admin:{admin.Name}"
            : context.Features.Get<Caller>() is { } caller ? $"key:{caller.KeyId}"
            : throw new InvalidOperationException("The route lets in callers that nobody has named.");

        var settings = context.RequestServices.GetRequiredService<Settings>();
        return ValueTask.FromResult(new Actor(name, ClientAddress.Of(context, settings.TrustedProxies).ToString()));
    }
}
