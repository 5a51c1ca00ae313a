namespace Ecodrix.Storage.Conditions;

/// <summary>What a condition is for, which decides what it may say.</summary>
public enum ConditionUse
{
    /// <summary>A rule or a branch: fields of the lead, the event, its data, the conversation and results of steps; regular expressions.</summary>
    Rule,

    /// <summary>A segment or a list filter, answered by the database: fields of the document alone, no regular expressions.</summary>
    Filter,
}
