namespace Ecodrix.Engine.Jobs;

/// <summary>Something that is due and does not leave.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Type">A step's or a job's type; for a callback, that of the work that reports by it.</param>
/// <param name="Why">As <see cref="HeldBack.Why"/> said.</param>
/// <param name="OwedAt">When it would have left.</param>
public sealed record HeldEffect(string Tenant, HeldKind Kind, string Type, string? Why, OwedAt OwedAt);

public enum HeldKind
{
    Step,
    Callback,
    Job,
}
