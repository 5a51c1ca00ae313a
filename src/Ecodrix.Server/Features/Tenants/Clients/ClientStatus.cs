using System.Text.Json.Serialization;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>What the engine does for a client. The last three are never shown.</summary>
internal enum ClientStatus
{
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>Intake and inbound are stored; due work is held.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>As paused, and its calls get 403.</summary>
    [JsonStringEnumMemberName("suspended")]
    Suspended,

    /// <summary>Its code is reserved; its databases and keys are being made.</summary>
    [JsonStringEnumMemberName("creating")]
    Creating,

    /// <summary>Confirmed for erasure; what remains of it is being removed.</summary>
    [JsonStringEnumMemberName("erasing")]
    Erasing,

    /// <summary>Nothing is left but the code, which is never used again.</summary>
    [JsonStringEnumMemberName("erased")]
    Erased,
}
