using System.Net;
using System.Net.Http.Headers;

namespace Ecodrix.Channels.Guarding;

/// <summary>What one HTTP request came to. A closed set; every channel over HTTP turns it into its own answer.</summary>
public abstract record Exchange
{
    private Exchange()
    {
    }

    /// <summary>A status line and headers came; of the body what fitted the bound and came in time.</summary>
    /// <param name="BodyProblem">Why the body is not whole, null when it is.</param>
    public sealed record Answered(HttpStatusCode Status, HttpResponseHeaders Headers, byte[] Body, string? BodyProblem) : Exchange
    {
        public bool IsSuccess => (int)Status is >= 200 and < 300;
    }

    /// <summary>Nothing of the request left this machine.</summary>
    public sealed record NotSent(string Why) : Exchange
    {
        /// <summary>The address is one that must not be dialled: trying again will not help.</summary>
        public bool AddressRefused { get; init; }

        /// <summary>The caller asked to stop: that is nobody's failure.</summary>
        public bool Stopped { get; init; }
    }

    /// <summary>The request was written, wholly or in part, and no answer came.</summary>
    public sealed record Unanswered(string Why) : Exchange;
}
