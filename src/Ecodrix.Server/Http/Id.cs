using Ecodrix.Storage;

namespace Ecodrix.Server.Http;

/// <summary>An id in a route or a query: <c>(Id leadId, Caller caller)</c>. A malformed one is answered with <c>INVALID_ID</c> before the handler runs.</summary>
internal readonly record struct Id(string Value)
{
    public static implicit operator string(Id id) => id.Value;

    /// <exception cref="RefusedException">The text is no id.</exception>
    public static bool TryParse(string? text, out Id id)
    {
        id = new Id(text ?? "");
        return DocumentId.IsValid(text) ? true : throw new RefusedException(new Failure(Errors.InvalidId));
    }

    public override string ToString() => Value;
}
