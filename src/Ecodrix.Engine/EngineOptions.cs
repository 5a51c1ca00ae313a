using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ecodrix.Engine;

/// <summary>How the engine takes, holds and hands back work. Bound from the <c>Engine</c> section and checked at start-up.</summary>
public sealed class EngineOptions
{
    public const string Section = "Engine";

    /// <summary>Whether this process works at all; one that does not only accepts.</summary>
    public bool Works { get; set; } = true;

    /// <summary>Whether no other process works on the same database, so that a lease left by an earlier one is dead at the start.</summary>
    public bool IsAlone { get; set; } = true;

    /// <summary>This process among those that work on the same database: the owner of the leases that it holds.</summary>
    public string Owner { get; set; } = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():n}";

    /// <summary>How many items are worked on at once. An eighth is kept for tenants that have less than half as much under way as the others on average: whoever comes finds one free.</summary>
    [Range(4, 10_000)]
    public int Slots { get; set; } = 1_024;

    /// <summary>At most so many slots go to one tenant, so that another always finds one free.</summary>
    [Range(1, 10_000)]
    public int SlotsPerTenant { get; set; } = 128;

    /// <summary>
    /// How many items of a lane are begun that do not wait for someone outside, while several tenants are at work: more would
    /// only stand in each other's way at the processor and the disk, and in the way of whoever comes. Tenants with little under
    /// way are not held by it. The default suits a database that answers over a network; files want fewer.
    /// </summary>
    [Range(4, 10_000)]
    public int Busy { get; set; } = 64;

    /// <summary>As <see cref="Busy"/>, of one tenant; beside others never more than that. One that has been alone for a second may have more: what it writes is committed together.</summary>
    [Range(2, 10_000)]
    public int BusyOfOne { get; set; } = 32;

    /// <summary>So many slots are kept for bulk work, and as many more for interactive work: neither lane starves the other.</summary>
    [Range(1, 5_000)]
    public int ReservedSlots { get; set; } = 32;

    /// <summary>How long a dead worker's work stays taken. Others have it within 30 s, the look for it and its claim included.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How often the database is asked for work of which no one told. Work of this process needs no asking.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The time between two looks, one lane each, when nobody calls: whoever works alone hears of all that comes, so that it looks half as often.</summary>
    internal TimeSpan Pause => IsAlone ? 2 * Poll : Poll;

    /// <summary>How long an attempt at a step or a job may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan StepTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a stop waits for work under way before it is handed back.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:25")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(16);

    /// <summary>How long finished work is kept, counted from its end.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Whether an effect is made durable as started before the outside world is touched. No setting reaches it: the crash harness turns it off to show that it would notice.</summary>
    internal bool RecordsEffects { get; set; } = true;
}

internal sealed class EngineOptionsRules : IValidateOptions<EngineOptions>
{
    public ValidateOptionsResult Validate(string? name, EngineOptions options) =>
        options.SlotsPerTenant > options.Slots ? ValidateOptionsResult.Fail("Engine:SlotsPerTenant must not exceed Engine:Slots.")
        : options.ReservedSlots * 2 > options.Slots ? ValidateOptionsResult.Fail("Engine:ReservedSlots is kept for each of two lanes, so it is at most half of Engine:Slots.")
        : options.Poll >= options.Lease ? ValidateOptionsResult.Fail("Engine:Poll must be shorter than Engine:Lease, or abandoned work is found late.")
        : ValidateOptionsResult.Success;
}
