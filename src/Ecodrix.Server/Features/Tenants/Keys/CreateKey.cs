using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Keys;

/// <summary>Makes a key of a client, or takes over one that the client has. The key is in this answer and in no other.</summary>
/// <remarks>It takes no <c>Idempotency-Key</c>: remembering the answer would be keeping the key.</remarks>
internal static class CreateKey
{
    private const int MaxLabel = 100;

    /// <param name="Mode"><c>live</c> or <c>test</c>.</param>
    /// <param name="Scopes">What it may do; everything when left out.</param>
    /// <param name="AllowedIps">Addresses and networks from which it is taken; anywhere when left out.</param>
    /// <param name="Import">A key of 24 to 200 characters that exists already.</param>
    public sealed record Request(
        string? Label, string? Mode, IReadOnlyList<string?>? Scopes, IReadOnlyList<string?>? AllowedIps, DateTimeOffset? ExpiresAt, string? Import);

    public sealed record Response(string ApiKey, KeyView Key);

    public static async Task<Results<Created<Response>, Failure>> HandleAsync(
        string code, Request request, Actor actor, KeyMaking making, CancellationToken cancellationToken)
    {
        var errors = Check(request, making.Now);
        if (errors.Any)
        {
            return new Failure(errors);
        }

        var (key, text) = Read(request, code.ToUpperInvariant(), making.Now);
        return await making.MakeAsync(key, actor, cancellationToken) is { } refusal
            ? new Failure(refusal)
            : TypedResults.Created($"/api/clients/{key.Client}/keys/{key.KeyId}", new Response(text, KeyView.Of(key)));
    }

    /// <summary>The key that a request without faults asks for, and its text.</summary>
    public static (ApiKey Key, string Text) Read(Request request, string client, DateTimeOffset now)
    {
        var mode = request.Mode is "test" ? KeyMode.Test : KeyMode.Live;
        var text = request.Import ?? KeyText.NewKey(mode);
        var key = ApiKey.Of(text, client, request.Label!.Trim(), mode, now) with
        {
            Scopes = request.Scopes is { } asked ? [.. asked.Select(name => name!).Distinct(StringComparer.Ordinal)] : null,
            AllowedIps = request.AllowedIps is { } ips ? [.. ips.Select(text => AllowedAddresses.Read(text)!.Value.ToString()).Distinct(StringComparer.Ordinal)] : null,
            ExpiresAt = request.ExpiresAt,
        };
        return (key, text);
    }

    public static ValidationErrors Check(Request request, DateTimeOffset now)
    {
        var errors = new ValidationErrors();
        if (request.Label?.Trim() is not { Length: > 0 and <= MaxLabel } label || label.Any(char.IsControl))
        {
            errors.Add("label", $"must have 1 to {MaxLabel} characters and no line breaks");
        }

        if (request.Mode is not ("live" or "test"))
        {
            errors.Add("mode", "must be live or test");
        }

        if (request.Scopes is { } scopes)
        {
            CheckScopes(scopes, errors);
        }

        if (request.AllowedIps is { } ips)
        {
            CheckAddresses(ips, errors);
        }

        if (request.ExpiresAt <= now)
        {
            errors.Add("expiresAt", "must be in the future");
        }

        if (request.Import is { } import && KeyText.ProblemOfCarried(import) is { } problem)
        {
            errors.Add("import", problem);
        }

        return errors;
    }

    private static void CheckAddresses(IReadOnlyList<string?> ips, ValidationErrors errors)
    {
        if (ips.Count is 0 or > AllowedAddresses.Most)
        {
            errors.Add("allowedIps", $"must have 1 to {AllowedAddresses.Most} entries; leave it out for anywhere");
            return;
        }

        for (var at = 0; at < ips.Count; at++)
        {
            if (AllowedAddresses.Read(ips[at]) is null)
            {
                errors.Add($"allowedIps[{at}]", "must be an IP address, or a network such as 203.0.113.0/24");
            }
        }
    }

    private static void CheckScopes(IReadOnlyList<string?> scopes, ValidationErrors errors)
    {
        if (scopes.Count == 0)
        {
            errors.Add("scopes", "must name at least one; leave it out for all");
        }

        for (var at = 0; at < scopes.Count; at++)
        {
            if (KeyScope.Find(scopes[at]) is null)
            {
                errors.Add($"scopes[{at}]", "must be one of " + string.Join(", ", KeyScope.All));
            }
        }
    }
}

/// <summary>Adds a key to a client that exists and has room for it.</summary>
internal sealed class KeyMaking(ClientRegistry clients, KeyStore keys, AuditLog audit, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <returns>Why not; null when it is made.</returns>
    public async Task<Error?> MakeAsync(ApiKey key, Actor actor, CancellationToken cancellationToken)
    {
        if (await clients.FindAsync(key.Client, cancellationToken) is null)
        {
            return TenantErrors.NoSuchClient;
        }

        var now = Now;
        if ((await keys.ListAsync(key.Client, cancellationToken)).Count(other => other.IsUsableAt(now)) >= KeyStore.AtMost)
        {
            return TenantErrors.TooManyKeys;
        }

        if (!await keys.TryAddAsync(key, cancellationToken))
        {
            return TenantErrors.KeyTaken;
        }

        var facts = new Dictionary<string, string?>(StringComparer.Ordinal) { ["keyId"] = key.KeyId, ["mode"] = key.Mode is KeyMode.Test ? "test" : "live", ["scopes"] = key.Scopes is { } scopes ? string.Join(' ', scopes) : "all" };
        await audit.WriteAsync(actor, "key.created", key.Client, facts, cancellationToken);
        return null;
    }
}
