using System.Text.Json.Serialization;
using Ecodrix.Engine.Jobs;
using Ecodrix.Storage;

namespace Ecodrix.Engine;

/// <summary>How the engine's documents are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(WorkItem))]
internal sealed partial class EngineJson : JsonSerializerContext;
