using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Tenants.Account;
using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Clients;
using Ecodrix.Server.Features.Tenants.Clocks;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Origins;
using Ecodrix.Server.Features.Tenants.Pauses;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Features.Tenants.Sources;
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
[JsonSerializable(typeof(SigningKey))]
[JsonSerializable(typeof(TenantStamp))]
[JsonSerializable(typeof(TwinClock))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(CreateClient.Request), TypeInfoPropertyName = "CreateClientRequest")]
[JsonSerializable(typeof(CreateClient.Response), TypeInfoPropertyName = "CreateClientResponse")]
[JsonSerializable(typeof(ClientView))]
[JsonSerializable(typeof(TenantMove))]
[JsonSerializable(typeof(MoveClient.Response), TypeInfoPropertyName = "MoveClientResponse")]
[JsonSerializable(typeof(DeleteClient.Response), TypeInfoPropertyName = "DeleteClientResponse")]
[JsonSerializable(typeof(CreateKey.Request), TypeInfoPropertyName = "CreateKeyRequest")]
[JsonSerializable(typeof(CreateKey.Response), TypeInfoPropertyName = "CreateKeyResponse")]
[JsonSerializable(typeof(IReadOnlyList<KeyView>))]
[JsonSerializable(typeof(RotateKey.Request), TypeInfoPropertyName = "RotateKeyRequest")]
[JsonSerializable(typeof(RotateKey.Response), TypeInfoPropertyName = "RotateKeyResponse")]
[JsonSerializable(typeof(SetSecrets.Response), TypeInfoPropertyName = "SetSecretsResponse")]
[JsonSerializable(typeof(IReadOnlyDictionary<string, SecretView>))]
[JsonSerializable(typeof(RotateWebhookSecret.Request), TypeInfoPropertyName = "RotateWebhookSecretRequest")]
[JsonSerializable(typeof(RotateWebhookSecret.Completion), TypeInfoPropertyName = "RotateWebhookSecretCompletion")]
[JsonSerializable(typeof(Rotated))]
[JsonSerializable(typeof(ResealSecrets.Response), TypeInfoPropertyName = "ResealSecretsResponse")]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(CorsOrigin))]
[JsonSerializable(typeof(ChangeOrigins.Request), TypeInfoPropertyName = "ChangeOriginsRequest")]
[JsonSerializable(typeof(ChangeOrigins.Removed), TypeInfoPropertyName = "ChangeOriginsRemoved")]
[JsonSerializable(typeof(IReadOnlyList<ChangeOrigins.View>))]
[JsonSerializable(typeof(Pause))]
[JsonSerializable(typeof(PauseScope))]
[JsonSerializable(typeof(IReadOnlyList<PauseView>))]
[JsonSerializable(typeof(ListAudit.Entry), TypeInfoPropertyName = "ListAuditEntry")]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TenantsJson : JsonSerializerContext;
