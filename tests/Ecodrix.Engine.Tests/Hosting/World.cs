using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Storage;

namespace Ecodrix.Engine.Tests.Hosting;

/// <summary>What lies around the engine and outlives its processes: the rules, and everything that was done to the outside.</summary>
internal sealed class World : IRuleBook, ISubjects, ICallbackCourier
{
    private readonly ConcurrentQueue<string> effects = new();
    private readonly ConcurrentQueue<(string Id, string Body)> callbacks = new();

    public List<RuleDefinition> Rules { get; } = [];

    /// <summary>What a send answers; the default is that it was sent.</summary>
    public Func<StepContext, StepOutcome> OnSend { get; set; } = context => new StepOutcome.Done(new JsonObject { ["messageId"] = context.EffectId });

    /// <summary>Holds a send until it completes.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>Completes when a send has begun.</summary>
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<CallbackState, CallbackState> OnCallback { get; set; } =
        callback => callback with { Status = CallbackStatus.Delivered, NextAttemptAt = null };

    /// <summary>The texts sent, in order.</summary>
    public IReadOnlyList<string> Effects => [.. effects];

    public IReadOnlyList<(string Id, string Body)> Callbacks => [.. callbacks];

    public void Sent(string text) => effects.Enqueue(text);

    public RuleDefinition Rule(string id, string trigger, string actions, bool isSequence = false, string? condition = null, string more = "")
    {
        var json = JsonDocument.Parse($$"""
            {"name":"{{id}}","trigger":"{{trigger}}","isSequence":{{(isSequence ? "true" : "false")}},"actions":{{actions}}{{(condition is null ? "" : ",\"condition\":" + condition)}}{{more}}}
            """).RootElement;
        var parsed = new RuleParser([new SendHandler(this), new MarkHandler(this)]).Parse(id, 1, json);
        parsed.Errors.ShouldBeEmpty();
        Rules.Add(parsed.Rule!);
        return parsed.Rule!;
    }

    ValueTask<IReadOnlyList<RuleDefinition>> IRuleBook.ActiveAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<RuleDefinition>>(Rules.FindAll(rule => string.Equals(rule.Trigger, trigger, StringComparison.Ordinal)));

    ValueTask<RuleDefinition?> IRuleBook.FindAsync(ITenantDatabase database, string ruleId, long? version, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Rules.Find(rule => string.Equals(rule.Id, ruleId, StringComparison.Ordinal) && (version is null || rule.Version == version)));

    ValueTask<bool> IRuleBook.IsAwaitedAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Rules.Exists(rule => rule.Steps.Any(step => step.Type is "wait_for" && step.Config.GetProperty("trigger").ValueEquals(trigger)) || rule.CancelOn.Any(one => string.Equals(one.Trigger, trigger, StringComparison.Ordinal))));

    ValueTask<Subject> ISubjects.LoadAsync(ITenantDatabase database, string? leadId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Subject(() => leadId is null ? null : new JsonObject { ["_id"] = leadId, ["firstName"] = "Asha" }, new JsonObject { ["code"] = database.Tenant.Code }, null, TimeZoneInfo.Utc));

    string ICallbackCourier.Write(WorkItem work, DateTimeOffset now) =>
        $"{work.Event?.Status} {string.Join(',', work.Event?.Runs.Select(run => run.Status.ToString()) ?? [])} {Instants.Write(now)}";

    Task<CallbackState> ICallbackCourier.AttemptAsync(TenantId tenant, CallbackState callback, string? traceparent, CancellationToken cancellationToken)
    {
        callbacks.Enqueue((callback.Id, callback.Body!));
        return Task.FromResult(OnCallback(callback) with { Attempts = [.. callback.Attempts, new CallbackAttempt(DateTimeOffset.UnixEpoch, 200, 1, null, null)] });
    }
}

/// <summary>An action that leaves the house and cannot be asked whether it did, as a message does.</summary>
internal sealed class SendHandler(World world, Death? death = null) : IStepHandler
{
    public string Type => "send";

    public bool Sends => true;

    public TextForm FormOf(string path) => TextForm.Plain;

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => [];

    public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new Prepared { Rendered = context.Config, LeavesTheHouse = true });

    public async Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        if (context.IsRepeat)
        {
            return new StepOutcome.Unknown("It was started before a crash.");
        }

        world.Entered.TrySetResult();
        await world.Hold.WaitAsync(cancellationToken);
        return death is null ? Send(context) : await death.PassAsync(() => Task.FromResult(Send(context)));
    }

    private StepOutcome Send(StepContext context)
    {
        var outcome = world.OnSend(context);
        if (outcome is StepOutcome.Done)
        {
            world.Sent(context.Config["text"]!.GetValue<string>());
        }

        return outcome;
    }
}

/// <summary>Delivers callbacks for a process that may die before or after the receiver has one.</summary>
internal sealed class CrashingCourier(ICallbackCourier inner, Death death) : ICallbackCourier
{
    public string Write(WorkItem work, DateTimeOffset now) => inner.Write(work, now);

    public Task<CallbackState> AttemptAsync(TenantId tenant, CallbackState callback, string? traceparent, CancellationToken cancellationToken) =>
        death.PassAsync(() => inner.AttemptAsync(tenant, callback, traceparent, cancellationToken));
}

/// <summary>An action that stays in the house and is made once by its key.</summary>
internal sealed class MarkHandler(World world) : IStepHandler
{
    private static readonly ConcurrentDictionary<string, bool> Made = new(StringComparer.Ordinal);

    public string Type => "mark";

    public TextForm FormOf(string path) => TextForm.Plain;

    public IEnumerable<(string Path, string Problem)> Validate(JsonElement config) => [];

    public Task<Prepared> PrepareAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new Prepared { Rendered = context.Config });

    public Task<StepOutcome> PerformAsync(StepContext context, Prepared prepared, CancellationToken cancellationToken)
    {
        if (Made.TryAdd(context.EffectId, true))
        {
            world.Sent(context.Config["text"]!.GetValue<string>());
        }

        return Task.FromResult<StepOutcome>(new StepOutcome.Done());
    }
}
