using System.Globalization;

namespace Ecodrix.Bench;

/// <summary>What follows a benchmark's name on the command line.</summary>
internal static class Arguments
{
    /// <param name="fallback">When there is no number at that place.</param>
    /// <param name="at">Counts the numbers only, from 0.</param>
    public static int Number(IReadOnlyList<string> arguments, int fallback, int at = 0)
    {
        var numbers = arguments.Where(argument => int.TryParse(argument, CultureInfo.InvariantCulture, out _)).ToList();
        return at < numbers.Count ? int.Parse(numbers[at], CultureInfo.InvariantCulture) : fallback;
    }

    /// <returns>What follows that word; null when it does not occur.</returns>
    public static string? After(IReadOnlyList<string> arguments, string word) =>
        arguments.SkipWhile(argument => !string.Equals(argument, word, StringComparison.Ordinal)).Skip(1).FirstOrDefault();
}
