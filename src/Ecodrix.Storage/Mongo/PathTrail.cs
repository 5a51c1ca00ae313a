namespace Ecodrix.Storage.Mongo;

/// <summary>Where a walk through a document stands. The path is written out only when someone asks.</summary>
internal sealed class PathTrail
{
    private readonly List<(string? Name, int Item)> steps = [];

    public void Enter(string name) => steps.Add((name, 0));

    public void Enter(int item) => steps.Add((null, item));

    public void Leave() => steps.RemoveAt(steps.Count - 1);

    /// <summary>The one place in this document.</summary>
    public string Exact() => string.Join('.', steps.Select(step => step.Name ?? $"[{step.Item}]"));

    /// <summary>The place whatever the items' numbers.</summary>
    public string OfAnyItem() => string.Join('.', steps.Select(step => step.Name ?? StoredNames.AnyItem));
}
