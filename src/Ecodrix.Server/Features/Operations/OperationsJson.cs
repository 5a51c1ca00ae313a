using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Operations.Overview;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Operations;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(TenantOverview))]
internal sealed partial class OperationsJson : JsonSerializerContext;
