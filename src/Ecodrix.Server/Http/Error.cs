namespace Ecodrix.Server.Http;

/// <summary>A refusal by name. Codes are part of the API.</summary>
/// <param name="Status">The HTTP status that goes with the code.</param>
/// <param name="Message">A sentence a person can act on.</param>
/// <param name="Hint">What to do about it, where that is not plain.</param>
internal sealed record Error(int Status, string Code, string Message, string? Hint = null);
