using System.Text.Json.Serialization;
using Ecodrix.Server.Features.Restores.Backups;
using Ecodrix.Server.Features.Restores.Epochs;
using Ecodrix.Server.Features.Restores.Holding;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Restores;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(RestoreHold))]
[JsonSerializable(typeof(Epoch))]
[JsonSerializable(typeof(ReleaseWork.Request), TypeInfoPropertyName = "ReleaseRequest")]
[JsonSerializable(typeof(ReleaseView))]
[JsonSerializable(typeof(ShowHold.View), TypeInfoPropertyName = "HoldStateView")]
[JsonSerializable(typeof(MakeBackup.Request), TypeInfoPropertyName = "BackupRequest")]
[JsonSerializable(typeof(BackupView))]
internal sealed partial class RestoresJson : JsonSerializerContext;
