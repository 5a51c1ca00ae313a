using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Tenants.Account;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(Client))]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(SecretSet))]
[JsonSerializable(typeof(KeyRing))]
[JsonSerializable(typeof(TenantStamp))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(CreateClient.Request))]
[JsonSerializable(typeof(CreateClient.Response))]
[JsonSerializable(typeof(ClientView))]
[JsonSerializable(typeof(DeleteClient.Response))]
[JsonSerializable(typeof(CreateKey.Request))]
[JsonSerializable(typeof(CreateKey.Response))]
[JsonSerializable(typeof(IReadOnlyList<KeyView>))]
[JsonSerializable(typeof(RotateKey.Request))]
[JsonSerializable(typeof(RotateKey.Response))]
[JsonSerializable(typeof(SetSecrets.Response))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, SecretView>))]
[JsonSerializable(typeof(RotateWebhookSecret.Request))]
[JsonSerializable(typeof(RotateWebhookSecret.Completion))]
[JsonSerializable(typeof(Rotated))]
[JsonSerializable(typeof(ResealSecrets.Response))]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(ListAudit.Entry))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TenantsJson : JsonSerializerContext;
