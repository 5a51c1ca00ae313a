using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Server.Features.Automations.Sequences;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations;

/// <summary>How the feature's documents and answers are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 128,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(RuleVersion))]
[JsonSerializable(typeof(RuleStamp))]
[JsonSerializable(typeof(RuleContent))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(RuleView))]
[JsonSerializable(typeof(DeleteRules.Request), TypeInfoPropertyName = "DeleteRequest")]
[JsonSerializable(typeof(TestRule.Request), TypeInfoPropertyName = "TestRequest")]
[JsonSerializable(typeof(EnrollLead.Request), TypeInfoPropertyName = "EnrollRequest")]
[JsonSerializable(typeof(DeleteRules.Answer))]
[JsonSerializable(typeof(RuleTestView))]
[JsonSerializable(typeof(EnrollmentView))]
[JsonSerializable(typeof(IReadOnlyList<EnrollmentView>))]
internal sealed partial class AutomationsJson : JsonSerializerContext;
