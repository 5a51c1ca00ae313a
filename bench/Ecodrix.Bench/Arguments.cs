using System.Globalization;

namespace Ecodrix.Bench;

/// <summary>What follows a benchmark's name on the command line.</summary>
internal static class Arguments
{
    /// <summary>Whose next argument is its value.</summary>
    private static readonly string[] Options = [MongoDb, Instances];

    /// <summary>The address of a server that speaks MongoDB's protocol, without a database; several are parted by commas.</summary>
    public const string MongoDb = "--mongodb";

    /// <summary>How many processes share the work.</summary>
    public const string Instances = "--instances";

    /// <param name="fallback">When there is no number at that place.</param>
    /// <param name="at">Counts the numbers only, from 0; an option's value is none of them.</param>
    public static int Number(IReadOnlyList<string> arguments, int fallback, int at = 0)
    {
        var numbers = arguments
            .Where((argument, place) => int.TryParse(argument, CultureInfo.InvariantCulture, out _) && (place == 0 || !Options.Contains(arguments[place - 1], StringComparer.Ordinal)))
            .ToList();
        return at < numbers.Count ? int.Parse(numbers[at], CultureInfo.InvariantCulture) : fallback;
    }

    /// <returns>What follows that word; null when it does not occur.</returns>
    public static string? After(IReadOnlyList<string> arguments, string word) =>
        arguments.SkipWhile(argument => !string.Equals(argument, word, StringComparison.Ordinal)).Skip(1).FirstOrDefault();

    /// <exception cref="ArgumentException">Nothing follows that word.</exception>
    public static string Needed(IReadOnlyList<string> arguments, string word) =>
        After(arguments, word) ?? throw new ArgumentException($"{word} and its value are needed.", nameof(arguments));

    public static bool Has(IReadOnlyList<string> arguments, string flag) => arguments.Contains(flag, StringComparer.Ordinal);
}
