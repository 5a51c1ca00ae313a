using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Alerts;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(ShowAlerts.View), TypeInfoPropertyName = "AlertsView")]
[JsonSerializable(typeof(TestAlert.View), TypeInfoPropertyName = "AlertTestView")]
internal sealed partial class AlertsJson : JsonSerializerContext;
