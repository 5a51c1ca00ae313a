using System.ComponentModel.DataAnnotations;

namespace Ecodrix.Channels.Callbacks;

/// <summary>How callbacks are signed and sent.</summary>
public sealed class CallbackOptions
{
    /// <summary>The header that holds <c>sha256=</c> and the HMAC of the body, which receivers with simple code verify.</summary>
    [Required]
    [RegularExpression("^[A-Za-z][A-Za-z0-9-]{0,63}$")]
    public string SignatureHeader { get; set; } = "x-signature";

    /// <summary>The <c>user-agent</c> of every callback.</summary>
    [Required]
    public string UserAgent { get; set; } = "webhooks/1.0";

    /// <summary>How long one attempt may take, from resolving the name to the end of what is kept of the answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:02:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait that a receiver's <c>Retry-After</c> may ask for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan LongestRetryAfter { get; set; } = TimeSpan.FromHours(24);
}
