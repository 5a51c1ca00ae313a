using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Timeline;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(TimelineEntry))]
[JsonSerializable(typeof(TimelineView))]
[JsonSerializable(typeof(Note))]
internal sealed partial class TimelineJson : JsonSerializerContext;
