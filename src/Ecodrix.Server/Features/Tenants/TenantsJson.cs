using System.Text.Json.Serialization;
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
[JsonSerializable(typeof(WhatsAppNumber))]
[JsonSerializable(typeof(KeyRing))]
[JsonSerializable(typeof(TenantStamp))]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class TenantsJson : JsonSerializerContext;
