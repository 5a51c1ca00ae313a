namespace Ecodrix.Engine.Jobs;

/// <summary>What a worker needs to know while it holds an item.</summary>
/// <param name="LeaveGate">Lets the next event of the lead start; calling it again does nothing.</param>
/// <param name="Stopping">The process ends: finish the step and hand the rest back.</param>
/// <param name="Abort">The time to finish is over.</param>
internal sealed record Hold(HeldWork Work, Action LeaveGate, CancellationToken Stopping, CancellationToken Abort);
