using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Leads.Consequences;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Lead))]
[JsonSerializable(typeof(LeadView))]
[JsonSerializable(typeof(StageVisit))]
[JsonSerializable(typeof(DailyFigure))]
[JsonSerializable(typeof(OutboxMark))]
[JsonSerializable(typeof(MoveLead.Request), TypeInfoPropertyName = "MoveRequest")]
[JsonSerializable(typeof(TagLead.Request), TypeInfoPropertyName = "TagRequest")]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class LeadsJson : JsonSerializerContext;
