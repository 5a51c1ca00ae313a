namespace Ecodrix.SocketIO.Clocks;

/// <summary>Something that happens at a time unless the time is moved or cleared. Kept by <see cref="Deadlines"/>; has no timer of its own.</summary>
internal abstract class Deadline
{
    /// <summary>No time at all.</summary>
    public const long Never = long.MaxValue;

    /// <summary>A timestamp of the clock; guarded by <see cref="Deadlines"/>.</summary>
    internal long Due { get; set; } = Never;

    /// <summary>The place in the queue that counts; an entry with another key is a leftover. Guarded by <see cref="Deadlines"/>.</summary>
    internal long Queued { get; set; } = Never;

    /// <summary>Called once for each time that was set and came. Must not wait.</summary>
    internal abstract void OnDue();
}
