using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>
/// A client's keys in its own hands (60-admin-config.md): a key makes and ends none that may do more than itself, and with a test key there
/// are test keys only.
/// </summary>
internal static class OwnKeys
{
    public static readonly Error TestOnly = Errors.Forbidden with { Message = "A test key makes test keys only.", Hint = "Use a live key, or make the key with mode test." };

    public static readonly Error FromElsewhere = Errors.Forbidden with { Message = "That key is taken from addresses from which this one is not.", Hint = "Name allowedIps within those of the key that asks." };

    /// <summary>Newest first, with those that ended.</summary>
    public static async Task<Ok<IReadOnlyList<KeyView>>> ListAsync(Caller caller, KeyStore keys, CancellationToken cancellationToken) =>
        TypedResults.Ok<IReadOnlyList<KeyView>>([.. (await VisibleAsync(caller, keys, cancellationToken)).Select(KeyView.Of)]);

    /// <summary>Without <c>scopes</c> the new key may do what this one may, and without <c>allowedIps</c> it is taken from where this one is. It takes no <c>Idempotency-Key</c>, as <see cref="CreateKey"/>.</summary>
    public static async Task<Results<Created<CreateKey.Response>, Failure>> CreateAsync(
        CreateKey.Request request, Caller caller, Actor actor, KeyMaking making, CancellationToken cancellationToken)
    {
        var errors = CreateKey.Check(request, making.Now);
        if (errors.Any)
        {
            return new Failure(errors);
        }

        var (key, text) = CreateKey.Read(request, caller.Tenant.Code, making.Now);
        key = key with { Scopes = key.Scopes ?? caller.Scopes.Names, AllowedIps = key.AllowedIps ?? caller.From.Texts };
        if (caller.Tenant.IsTest && key.Mode is KeyMode.Live)
        {
            return new Failure(TestOnly);
        }

        if (WhyNot(caller, key) is { } beyond)
        {
            return new Failure(beyond);
        }

        return await making.MakeAsync(key, actor, cancellationToken) is { } refusal
            ? new Failure(refusal)
            : TypedResults.Created($"/api/saas/keys/{key.KeyId}", new CreateKey.Response(text, KeyView.Of(key)));
    }

    public static async Task<Results<Ok<KeyView>, Failure>> RevokeAsync(
        Id keyId, Caller caller, Actor actor, KeyStore keys, AuditLog audit, CancellationToken cancellationToken)
    {
        if ((await VisibleAsync(caller, keys, cancellationToken)).FirstOrDefault(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal)) is not { } found)
        {
            return new Failure(TenantErrors.NoSuchKey);
        }

        return WhyNot(caller, found) is { } beyond
            ? new Failure(beyond)
            : await RevokeKey.HandleAsync(caller.Tenant.Code, keyId, actor, keys, audit, cancellationToken);
    }

    private static async Task<IEnumerable<ApiKey>> VisibleAsync(Caller caller, KeyStore keys, CancellationToken cancellationToken) =>
        (await keys.ListAsync(caller.Tenant.Code, cancellationToken)).Where(key => !caller.Tenant.IsTest || key.Mode is KeyMode.Test);

    /// <returns>The refusal that names what the key has and the caller lacks; null when there is nothing.</returns>
    private static Error? WhyNot(Caller caller, ApiKey key) =>
        !caller.From.Cover(AllowedAddresses.Of(key.AllowedIps)) ? FromElsewhere : KeyScope.All.FirstOrDefault(scope => new KeyScopes(key.Scopes).Allow(scope) && !caller.Scopes.Allow(scope))?.Lacking;
}
