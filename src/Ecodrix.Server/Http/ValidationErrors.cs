namespace Ecodrix.Server.Http;

/// <summary>What is wrong with which fields, by their JSON paths: <c>leadData.email</c>, <c>events[3].phone</c>.</summary>
internal sealed class ValidationErrors
{
    private readonly Dictionary<string, List<string>> byPath = new(StringComparer.Ordinal);

    public ValidationErrors()
    {
    }

    public ValidationErrors(string path, string message) => Add(path, message);

    public bool Any => byPath.Count > 0;

    public IReadOnlyDictionary<string, List<string>> ByPath => byPath;

    /// <param name="path">Without the <c>$.</c> in front.</param>
    /// <param name="message">The end of a sentence that begins with the field: <c>is not an e-mail address</c>.</param>
    public ValidationErrors Add(string path, string message)
    {
        if (!byPath.TryGetValue(path, out var messages))
        {
            byPath[path] = messages = [];
        }

        messages.Add(message);
        return this;
    }

    /// <summary>The first fault as a sentence, and how many more there are.</summary>
    public string Summary()
    {
        var (path, messages) = byPath.First();
        var subject = path.Length == 0 ? "The body" : path;
        var more = byPath.Values.Sum(list => list.Count) - 1;
        return more == 0 ? $"{subject} {messages[0]}." : $"{subject} {messages[0]}, and {more} more.";
    }
}
