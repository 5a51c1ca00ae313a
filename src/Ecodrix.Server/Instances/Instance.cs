using System.Text.Json.Serialization;
using Ecodrix.Server.Configuration;
using Ecodrix.Storage;

namespace Ecodrix.Server.Instances;

/// <summary>A process that shares the work, as it last said of itself.</summary>
internal sealed record Instance : IDocument<Instance>
{
    public static Collection<Instance> Collection { get; } = new("instances", InstancesJson.Default.Instance);

    /// <summary>The owner of the leases that it holds.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public InstanceRole Role { get; init; }

    /// <summary>Where other instances reach it; null where it does not know.</summary>
    public Uri? Url { get; init; }

    /// <summary>Of the program.</summary>
    public required string Program { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset BeatAt { get; init; }

    [JsonIgnore]
    public bool Works => Role is not InstanceRole.Api;

    /// <summary>Whether clients' requests are answered there.</summary>
    [JsonIgnore]
    public bool Accepts => Role is not InstanceRole.Worker;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter), typeof(WireEnums)])]
[JsonSerializable(typeof(Instance))]
[JsonSerializable(typeof(Round))]
internal sealed partial class InstancesJson : JsonSerializerContext;
