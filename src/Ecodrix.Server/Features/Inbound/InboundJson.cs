using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Inbound.Quarantine;
using Ecodrix.Server.Features.Inbound.Webhook;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbound;

/// <summary>How the feature's documents and answers are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(WebhookState))]
[JsonSerializable(typeof(KeptNotice))]
[JsonSerializable(typeof(QuarantinedBody))]
[JsonSerializable(typeof(ReceiveWebhook.Answer))]
[JsonSerializable(typeof(ListQuarantine.Entry))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class InboundJson : JsonSerializerContext;
