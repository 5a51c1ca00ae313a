using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Engine.Steps;

/// <summary>The registered types of action. Resolved when first needed: a handler may itself accept events.</summary>
public sealed class StepHandlers(IServiceProvider provider)
{
    private readonly Lazy<Dictionary<string, IStepHandler>> byType =
        new(() => provider.GetServices<IStepHandler>().ToDictionary(handler => handler.Type, StringComparer.Ordinal));

    public IReadOnlyCollection<string> Types => byType.Value.Keys;

    /// <returns>Null when no feature offers this type.</returns>
    public IStepHandler? Find(string type) => byType.Value.GetValueOrDefault(type);
}
