using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Migrations;

/// <summary>Tells which migrations there are and how far the tenants are with each.</summary>
internal static class ShowMigrations
{
    /// <param name="IsPending">Whether any tenant is not done with one of them.</param>
    public sealed record View(bool IsPending, IReadOnlyList<MigrationState> Migrations);

    public static async Task<Ok<View>> HandleAsync(MigrationBook book, CancellationToken cancellationToken)
    {
        var states = await book.StateAsync(cancellationToken);
        return TypedResults.Ok(new View(states.Any(state => state.Pending + state.UnderWay + state.Silent.Count > 0), states));
    }
}
