namespace Ecodrix.Storage.Routing;

/// <summary>Looks at databases that are, or may become, a client's own.</summary>
public interface IDataSources
{
    /// <summary>Tries whether a client's documents can be kept at an address: connects, writes, reads, makes an index, deletes. Nothing of that stays.</summary>
    /// <param name="uri">A secret: it is never repeated.</param>
    /// <returns>Null when they can.</returns>
    Task<SourceProblem?> ProbeAsync(string uri, TenantId client, CancellationToken cancellationToken);

    /// <summary>Marks the databases at an address, the test twin's beside it too, as the client's.</summary>
    /// <param name="uri">Null for where most are.</param>
    /// <exception cref="DatabaseUnavailableException">It does not answer, or is another's.</exception>
    Task PrepareAsync(string? uri, TenantId client, CancellationToken cancellationToken);

    /// <summary>Whether a tenant has no document there; what a client keeps besides in a database of its own is none.</summary>
    /// <param name="uri">Null for where most are.</param>
    Task<bool> IsEmptyAsync(string? uri, TenantId tenant, CancellationToken cancellationToken);
}

/// <summary>Why a client's documents cannot be kept at an address.</summary>
public enum SourceProblem
{
    Malformed,

    /// <summary>It is no address of MongoDB's.</summary>
    OtherKind,

    WrongCredentials,

    ReadOnly,

    Unreachable,

    /// <summary>It names the services' database.</summary>
    IsServices,

    /// <summary>It is marked as somebody else's.</summary>
    AnotherOwner,
}
