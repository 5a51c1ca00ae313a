using System.Globalization;

namespace Ecodrix.Storage.Sqlite;

/// <summary>The values of one statement, in the order in which its text names them.</summary>
internal sealed class SqlParameters
{
    private readonly List<object?> values = [];

    public IReadOnlyList<object?> Values => values;

    /// <returns>The name that stands for the value in the text.</returns>
    public string Add(object? value)
    {
        values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"?{values.Count}");
    }
}
