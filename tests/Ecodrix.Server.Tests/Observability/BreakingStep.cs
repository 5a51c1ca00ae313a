using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Steps;

namespace Ecodrix.Server.Tests.Observability;

/// <summary>A step with a bug: each attempt is logged, and tried again later.</summary>
internal sealed class BreakingStep : IStepHandler
{
    public string Type => "breaks";

    public TextForm FormOf(string path) => TextForm.Plain;

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => [];

    public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult(new Prepared { Rendered = new JsonObject() });

    public Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken) => throw new InvalidOperationException("On purpose.");
}
