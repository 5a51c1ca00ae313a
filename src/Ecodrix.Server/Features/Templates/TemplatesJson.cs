using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Templates;

/// <summary>How the feature's documents and answers are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Template))]
[JsonSerializable(typeof(TemplateView))]
[JsonSerializable(typeof(IReadOnlyList<TemplateView>))]
[JsonSerializable(typeof(SyncTemplates.Answer))]
internal sealed partial class TemplatesJson : JsonSerializerContext;
