using System.Text.Json;
using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>How the feature's documents and answers are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 256,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Watch))]
[JsonSerializable(typeof(LastStop))]
[JsonSerializable(typeof(StreamHead))]
[JsonSerializable(typeof(StreamPage))]
[JsonSerializable(typeof(RealtimeToken))]
[JsonSerializable(typeof(ReadStream.Answer), TypeInfoPropertyName = "StreamAnswer")]
[JsonSerializable(typeof(IssueToken.Request), TypeInfoPropertyName = "TokenRequest")]
[JsonSerializable(typeof(IssueToken.Answer), TypeInfoPropertyName = "TokenAnswer")]
[JsonSerializable(typeof(OverheardCallback))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RealtimeJson : JsonSerializerContext;
