using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Migrations;

/// <summary>A change of what is stored of each tenant, made while both versions of the program work: it only adds, and nobody waits for it.</summary>
/// <remarks>Indexes and columns are no migrations: an adapter completes them when a collection is first used.</remarks>
internal interface IMigration
{
    /// <summary>Never changed and never used again: <c>2026-03-lead-initials</c>.</summary>
    string Name { get; }

    /// <summary>What it does, in a sentence for an operator.</summary>
    string Summary { get; }

    /// <summary>Does a part that takes a second at most. Done twice it is done once.</summary>
    /// <param name="reached">What the part before returned; null for the first.</param>
    /// <returns>Where the next part begins; null when the tenant is done.</returns>
    Task<string?> DoPartAsync(ITenantDatabase database, string? reached, CancellationToken cancellationToken);
}
