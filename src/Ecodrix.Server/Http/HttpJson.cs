using System.Text.Json.Serialization;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage;

namespace Ecodrix.Server.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(IdempotencyRecord))]
internal sealed partial class HttpJson : JsonSerializerContext;
