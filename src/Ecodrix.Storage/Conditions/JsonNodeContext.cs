using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ecodrix.Storage.Conditions;

/// <summary>Nodes written without reflection.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class JsonNodeContext : JsonSerializerContext;
