using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>The ids of what an event holds. Each is a child of the event's id, so a run, a step or a callback leads back to its event without an index.</summary>
public static class WorkIds
{
    public const int MaxRuns = 50;

    public const int MaxSteps = 200;

    private const int CallbackNumber = 0xFF;

    private const int PreludeNumber = 0xFE;

    private const int FirstCausedNumber = 0x40;

    private const int FirstStepNumber = 0x100;

    /// <param name="run">0 to 49.</param>
    public static string Run(string eventId, int run) => DocumentId.Child(eventId, run + 1);

    public static string Callback(string eventId) => DocumentId.Child(eventId, CallbackNumber);

    /// <summary>The step's own id: the key of its effect, and the id of the message, meeting or delivery that it makes.</summary>
    public static string Step(string eventId, int run, int step) => DocumentId.Child(eventId, FirstStepNumber + (run * MaxSteps) + step);

    /// <summary>The id of a run's step.</summary>
    /// <returns>Null when the id is no run's, or the run cannot have that step.</returns>
    public static string? StepOf(string runId, int step) =>
        DocumentId.ChildNumber(runId) is var run and >= 1 and <= MaxRuns && step is >= 0 and < MaxSteps ? Step(EventOf(runId), run - 1, step) : null;

    /// <summary>Where the step stands that has this id.</summary>
    /// <returns>False when the id is no step's.</returns>
    public static bool TryReadStep(string id, out int run, out int step)
    {
        var number = DocumentId.ChildNumber(id) - FirstStepNumber;
        (run, step) = (number / MaxSteps, number % MaxSteps);
        return number >= 0 && run < MaxRuns;
    }

    /// <summary>The id under which a run's failure or the event's end fires a system trigger: firing twice is firing once.</summary>
    /// <param name="number">0 to 100.</param>
    public static string Caused(string eventId, int number) => DocumentId.Child(eventId, FirstCausedNumber + number);

    /// <summary>The key of the effect that comes before the rules' steps.</summary>
    public static string Prelude(string eventId) => DocumentId.Child(eventId, PreludeNumber);

    public static string EventOf(string id) => DocumentId.Parent(id);
}
