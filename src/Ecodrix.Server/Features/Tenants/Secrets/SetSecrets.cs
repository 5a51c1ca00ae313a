using System.Text.Json;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Merges secrets into those that a client has; null deletes one. All of them or, when one is wrong, none.</summary>
internal static class SetSecrets
{
    /// <param name="Ignored">Fields of the request that are no secret's name.</param>
    public sealed record Response(IReadOnlyDictionary<string, SecretView> Secrets, IReadOnlyList<string> Ignored);

    public static async Task<Results<Ok<Response>, Failure>> HandleAsync(
        string code, JsonElement body, Actor actor, SecretMerge merge, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        var ignored = new List<string>();

        if (body.ValueKind is not JsonValueKind.Object)
        {
            return new Failure(new ValidationErrors("", "must be a JSON object"));
        }

        foreach (var property in body.EnumerateObject())
        {
            if (SecretName.All.Contains(property.Name, StringComparer.Ordinal))
            {
                Read(property, values, errors);
            }
            else
            {
                ignored.Add(property.Name);
            }
        }

        if (errors.Any)
        {
            return new Failure(errors);
        }

        return await merge.MergeAsync(code, values, actor, cancellationToken) is { } refusal
            ? new Failure(refusal)
            : TypedResults.Ok(new Response(await merge.ViewAsync(code, cancellationToken), ignored));
    }

    private static void Read(JsonProperty property, Dictionary<string, string?> values, ValidationErrors errors)
    {
        if (property.Value.ValueKind is JsonValueKind.Null)
        {
            if (property.Name is SecretName.AutomationWebhookSecret)
            {
                errors.Add(property.Name, "can be replaced, not deleted: callbacks are always signed");
            }

            values[property.Name] = null;
            return;
        }

        var form = SecretForms.Read(property.Name, property.Value);
        if (form.Problem is { } problem)
        {
            errors.Add(property.Name, problem);
        }

        values[property.Name] = form.Text;
    }
}

/// <summary>Stores a merge of secrets, and keeps each WhatsApp number with one client.</summary>
internal sealed class SecretMerge(
    ClientRegistry clients, SecretStore secrets, NumberClaims numbers, TenantChanges changes, AuditLog audit, IEnumerable<INumberListener> listeners)
{
    /// <returns>Why not; null when it is done.</returns>
    public async Task<Error?> MergeAsync(string code, IReadOnlyDictionary<string, string?> values, Actor actor, CancellationToken cancellationToken)
    {
        if (await clients.FindAsync(code, cancellationToken) is not { } client)
        {
            return TenantErrors.NoSuchClient;
        }

        var number = values.GetValueOrDefault(SecretName.WhatsAppPhoneNumberId);
        if (number is not null && !await numbers.TryClaimAsync(number, client.Id, cancellationToken))
        {
            return TenantErrors.NumberTaken;
        }

        var (before, _) = await secrets.ChangeAsync(client.Id, stored => ChangeOf(stored, values), cancellationToken);
        await changes.AnnounceAsync(client.Id, cancellationToken);

        if (values.ContainsKey(SecretName.WhatsAppPhoneNumberId)
            && before.Find(SecretName.WhatsAppPhoneNumberId) is { } old
            && !string.Equals(old, number, StringComparison.Ordinal))
        {
            await numbers.ReleaseAsync(old, client.Id, cancellationToken);
        }

        var facts = values.ToDictionary(entry => entry.Key, entry => entry.Value is null ? "deleted" : "set", StringComparer.Ordinal);
        await audit.WriteAsync(actor, "secrets.changed", client.Id, facts!, cancellationToken);
        foreach (var listener in listeners)
        {
            await listener.OnClaimedAsync(number, values.GetValueOrDefault(SecretName.WhatsAppBusinessId), cancellationToken);
        }

        return null;
    }

    public async Task<IReadOnlyDictionary<string, SecretView>> ViewAsync(string code, CancellationToken cancellationToken) =>
        SecretView.AllOf(await secrets.ReadAsync(code.ToUpperInvariant(), cancellationToken));

    /// <summary>A webhook secret that is set by hand takes the place of both of a rotation.</summary>
    private static SecretsChange ChangeOf(OpenedSecrets stored, IReadOnlyDictionary<string, string?> values) =>
        values.ContainsKey(SecretName.AutomationWebhookSecret)
            ? new SecretsChange(new Dictionary<string, string?>(values, StringComparer.Ordinal) { [SecretName.PreviousWebhookSecret] = null }, null)
            : new SecretsChange(values, stored.PreviousWebhookSecretUntil);
}
