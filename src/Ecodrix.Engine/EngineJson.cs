using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Retention;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Engine;

/// <summary>How the engine's documents are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(WorkItem))]
[JsonSerializable(typeof(LeadWait))]
[JsonSerializable(typeof(CancelMark))]
[JsonSerializable(typeof(LimitClaim))]
[JsonSerializable(typeof(EventChain))]
[JsonSerializable(typeof(RetentionWalk))]
[JsonSerializable(typeof(ParkedWork))]
[JsonSerializable(typeof(DeferredWork))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class EngineJson : JsonSerializerContext;
