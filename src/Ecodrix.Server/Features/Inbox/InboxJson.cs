using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Inbox.Live;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>How the feature's documents and answers are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(EarlyStatus))]
[JsonSerializable(typeof(MessageJobState))]
[JsonSerializable(typeof(SendMessage.Answer))]
[JsonSerializable(typeof(TemplateUse))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(MessageError))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class InboxJson : JsonSerializerContext;
