using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Routing;

namespace Ecodrix.Server.Features.Tenants.Sources;

/// <summary>Moves a client's databases: copies while the client works, then lets it only read, copies what has changed, compares, and switches.</summary>
/// <remarks>
/// Every step may be repeated, and a call goes on where the last one ended. A crash before the switch leaves the client where it
/// was, and its hold ends by itself; after it what is left behind is erased by the next call.
/// </remarks>
internal sealed class Moving(IServicesDatabase services, PlacementBook placements, IDataSources sources, ITenantCopies copies, MoveParts parts)
{
    private readonly IDocuments<TenantMove> moves = services.Documents<TenantMove>();

    /// <param name="to">Null for where most are.</param>
    public async Task<(MoveClient.Response? Response, Error? Refusal)> GoOnAsync(TenantId client, string? to, CancellationToken cancellationToken)
    {
        var present = await placements.ReadAsync(client.Code, cancellationToken);
        var move = await moves.FindAsync(client.Code, cancellationToken);
        if (string.Equals(present.Uri, to, StringComparison.Ordinal))
        {
            return (await EndAsync(client, move, to, cancellationToken), null);
        }

        if (move is null
            || !string.Equals(parts.Open(client, move.To), to, StringComparison.Ordinal)
            || !string.Equals(parts.Open(client, move.From), present.Uri, StringComparison.Ordinal))
        {
            (move, var refusal) = await BeginAsync(client, move, present.Uri, to, cancellationToken);
            if (move is null)
            {
                return (null, refusal ?? SourceErrors.IsMoving);
            }
        }

        var began = parts.Clock.GetTimestamp();
        do
        {
            if (move is { IsAtTwin: true, Point.IsAtEnd: true })
            {
                return await SwitchAsync(client, move, present.Uri, to, cancellationToken);
            }

            if (await CopySomeAsync(client, move, present.Uri, to, cancellationToken) is not { } further)
            {
                return (null, SourceErrors.IsMoving);
            }

            move = further;
        }
        while (parts.Clock.GetElapsedTime(began) < parts.Turn);

        return (Answer(client, "copying", move), null);
    }

    private async Task<(TenantMove? Move, Error? Refusal)> BeginAsync(TenantId client, TenantMove? before, string? from, string? to, CancellationToken cancellationToken)
    {
        if (to is not null && await sources.ProbeAsync(to, client, cancellationToken) is { } problem)
        {
            return (null, SourceErrors.Of(problem));
        }

        // The mark first: what nobody owns cannot be looked into.
        await sources.PrepareAsync(to, client, cancellationToken);
        foreach (var tenant in new[] { client.Live, client.Test })
        {
            if (!await sources.IsEmptyAsync(to, tenant, cancellationToken))
            {
                return (null, SourceErrors.NotEmpty);
            }
        }

        var total = await copies.CountAsync(from, client.Live, cancellationToken) + await copies.CountAsync(from, client.Test, cancellationToken);
        var move = new TenantMove { Id = client.Code, Version = (before?.Version ?? 0) + 1, From = parts.Seal(client, from), To = parts.Seal(client, to), Total = total };
        var stored = before is null ? await moves.TryAddAsync(move, cancellationToken) : await moves.TryReplaceAsync(move, cancellationToken);
        return (stored ? move : null, null);
    }

    /// <returns>Null when another call moves the same client.</returns>
    private async Task<TenantMove?> CopySomeAsync(TenantId client, TenantMove move, string? from, string? to, CancellationToken cancellationToken)
    {
        var next = move.Next() with { IsAtTwin = true, Point = null };
        if (move.Point is not { IsAtEnd: true })
        {
            var (point, documents) = await copies.CopySomeAsync(new CopyPath(move.IsAtTwin ? client.Test : client.Live, from, to), move.Point, cancellationToken);
            next = move.Next() with { Point = point, Copied = move.Copied + documents };
        }

        return await moves.TryReplaceAsync(next, cancellationToken) ? next : null;
    }

    private async Task<(MoveClient.Response? Response, Error? Refusal)> SwitchAsync(TenantId client, TenantMove move, string? from, string? to, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid().ToString("n");
        if (!await placements.TryHoldAsync(client.Code, token, cancellationToken))
        {
            return (null, SourceErrors.IsMoving);
        }

        try
        {
            if (!await IsSameAsync(client, from, to, token, cancellationToken))
            {
                return (null, SourceErrors.NotTheSame);
            }

            return await placements.TrySwitchAsync(client.Code, token, to, cancellationToken)
                ? (await EndAsync(client, move, to, cancellationToken), null)
                : (null, SourceErrors.IsMoving);
        }
        finally
        {
            // Not the request's token: who went away leaves no hold.
            await placements.ReleaseAsync(client.Code, token, CancellationToken.None);
        }
    }

    /// <summary>Copies what has changed and compares all, while nobody writes.</summary>
    private async Task<bool> IsSameAsync(TenantId client, string? from, string? to, string token, CancellationToken cancellationToken)
    {
        var renewed = parts.Clock.GetTimestamp();
        foreach (var tenant in new[] { client.Live, client.Test })
        {
            if (await copies.SettleAsync(new CopyPath(tenant, from, to), GoOnAsync, cancellationToken) is null)
            {
                return false;
            }
        }

        return true;

        async Task<bool> GoOnAsync()
        {
            if (parts.Clock.GetElapsedTime(renewed) < parts.BetweenRenewals)
            {
                return true;
            }

            renewed = parts.Clock.GetTimestamp();
            return await placements.TryHoldAsync(client.Code, token, cancellationToken);
        }
    }

    /// <summary>Erases what was left behind by a move that has switched, and ends it.</summary>
    private async Task<MoveClient.Response> EndAsync(TenantId client, TenantMove? move, string? at, CancellationToken cancellationToken)
    {
        if (move is null)
        {
            return new MoveClient.Response(client.Code, "done", 0, 0);
        }

        var from = parts.Open(client, move.From);
        if (!string.Equals(from, at, StringComparison.Ordinal) && string.Equals(parts.Open(client, move.To), at, StringComparison.Ordinal))
        {
            // Others may read there until they know.
            await placements.SettleAsync(client.Code, cancellationToken);
            await copies.EraseAsync(from, client.Live, cancellationToken);
            await copies.EraseAsync(from, client.Test, cancellationToken);
        }

        await moves.DeleteAsync(client.Code, cancellationToken);
        return Answer(client, "done", move);
    }

    private static MoveClient.Response Answer(TenantId client, string state, TenantMove move) =>
        new(client.Code, state, move.Copied, Math.Max(move.Total, move.Copied));
}

/// <summary>What a move needs besides: secrets, and how long one call may take.</summary>
internal sealed class MoveParts(Vault vault, TimeProvider clock)
{
    private const string Name = "dbUri.move";

    public TimeProvider Clock => clock;

    /// <summary>Short of what stands between, such as a balancer, waits for an answer.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan BetweenRenewals { get; init; } = TimeSpan.FromSeconds(10);

    public string? Seal(TenantId client, string? uri) => uri is null ? null : vault.Seal(client.Code, Name, uri);

    public string? Open(TenantId client, string? text) => text is null ? null : vault.Open(client.Code, Name, text);
}
