using System.Security.Cryptography;
using System.Text;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Pipelines;

/// <summary>The pipeline of a tenant that has made none.</summary>
/// <remarks>
/// Its ids follow from the client's code. So any number of first leads at once make it once, and the test twin's has the
/// ids of the live one, whichever is made first.
/// </remarks>
internal static class DefaultPipeline
{
    public const string Name = "Sales Pipeline";

    private const int IdDigits = 20;

    /// <summary>Every id has a time in front; this one sorts before all that a client makes.</summary>
    private static readonly DateTimeOffset Before = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string IdFor(TenantId tenant)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("default pipeline of " + tenant.Code));
        return string.Concat(DocumentId.LowerBound(Before).AsSpan(0, 8), Convert.ToHexStringLower(hash).AsSpan(0, IdDigits - 8), "0000");
    }

    public static Pipeline For(TenantId tenant, DateTimeOffset now)
    {
        var id = IdFor(tenant);
        return new Pipeline
        {
            Id = id,
            Name = Name,
            DefaultSince = now,
            CreatedAt = now,
            UpdatedAt = now,
            Stages =
            [
                StageOf(id, 1, "New", "#64748b", 10),
                StageOf(id, 2, "Contacted", "#3b82f6", 25),
                StageOf(id, 3, "Qualified", "#8b5cf6", 50),
                StageOf(id, 4, "Proposal", "#f59e0b", 75),
                StageOf(id, 5, "Won", "#22c55e", 100) with { IsWon = true },
                StageOf(id, 6, "Lost", "#ef4444", 0) with { IsLost = true },
            ],
        };
    }

    private static Stage StageOf(string pipelineId, int order, string name, string color, int probability) =>
        new() { Id = DocumentId.Child(pipelineId, order), Name = name, Color = color, Probability = probability, Order = order };
}
