using System.Text.Json.Serialization;
using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Events.Triggers;

/// <summary>What became of one event of a batch.</summary>
/// <param name="Status">As the event alone would have been answered.</param>
internal sealed record BatchItemView(int Index, int Status)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TriggerView? Data { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hint { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, List<string>>? Errors { get; init; }

    public static BatchItemView Taken(int index, TriggerView view) =>
        new(index, view.IsToCome ? StatusCodes.Status202Accepted : StatusCodes.Status200OK) { Data = view };

    public static BatchItemView Refused(int index, Failure failure) => new(index, failure.Error.Status)
    {
        Code = failure.Error.Code,
        Message = failure.Error.Message,
        Hint = failure.Error.Hint,
        Errors = failure.Fields?.ByPath,
    };
}
