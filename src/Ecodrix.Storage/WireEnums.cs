using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecodrix.Storage;

/// <summary>Writes enums as the wire spells them: <c>camelCase</c> text. Put on every serializer context.</summary>
public sealed class WireEnums() : JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
