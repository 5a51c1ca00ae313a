namespace Ecodrix.Server.Http;

/// <summary>A parameter that refuses its request while it is bound; the framework leaves it no other way to say so.</summary>
/// <remarks>For <c>BindAsync</c> alone. A handler returns a <see cref="Failure"/>.</remarks>
internal sealed class RefusedException : Exception
{
    public RefusedException(Failure failure)
        : base(failure.Error.Code) => Failure = failure;

    public Failure Failure { get; }
}
