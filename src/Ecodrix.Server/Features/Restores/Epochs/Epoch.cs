using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Restores.Epochs;

/// <summary>How far the services database has come. It goes on with every start, every minute and every backup; its mark outside follows.</summary>
internal sealed record Epoch : IDocument<Epoch>
{
    public const string TheOne = "services";

    public static Collection<Epoch> Collection { get; } = new("epochs", RestoresJson.Default.Epoch);

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; } = 1;

    /// <summary>Names this database among others whose marks lie in the same place. A restored one has the same.</summary>
    public required string Database { get; init; }

    public long Number { get; init; } = 1;
}
