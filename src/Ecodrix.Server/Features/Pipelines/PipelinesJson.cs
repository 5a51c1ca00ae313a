using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Pipelines;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Pipeline))]
[JsonSerializable(typeof(PipelineStamp))]
[JsonSerializable(typeof(PipelineView))]
[JsonSerializable(typeof(IReadOnlyList<PipelineView>))]
internal sealed partial class PipelinesJson : JsonSerializerContext;
