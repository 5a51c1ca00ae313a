using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Callbacks;
using Ecodrix.Server.Features.Events.Deferrals;
using Ecodrix.Server.Features.Events.Logs;
using Ecodrix.Server.Features.Events.Replays;
using Ecodrix.Server.Features.Events.Triggers;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Events;

/// <summary>How the feature's answers are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 128,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(TriggerView))]
[JsonSerializable(typeof(IReadOnlyList<BatchItemView>))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(EventDetailView))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(StepView))]
[JsonSerializable(typeof(CallbackView))]
[JsonSerializable(typeof(StatsView))]
[JsonSerializable(typeof(ReplayEvents.Request), TypeInfoPropertyName = "ReplayRequest")]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(ReplayState))]
[JsonSerializable(typeof(WantedLead))]
internal sealed partial class EventsJson : JsonSerializerContext;
