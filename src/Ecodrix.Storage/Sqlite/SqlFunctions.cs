using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Ecodrix.Storage.Conditions;
using SQLitePCL;

namespace Ecodrix.Storage.Sqlite;

/// <summary>What SQLite cannot say by itself, taken from <see cref="Scalars"/> so that both interpreters agree.</summary>
internal static class SqlFunctions
{
    private const string Prefix = "ecodrix_";

    /// <summary>The one written form of a text that is an instant, else null.</summary>
    public const string Instant = Prefix + "instant";

    /// <summary>The number that a text is, else null.</summary>
    public const string Number = Prefix + "number";

    public const string EndsWith = Prefix + "ends_with";

    /// <summary>Whether the first, folded, is the second, which is folded already.</summary>
    public const string EqualFolded = Prefix + "eq_ci";

    /// <summary>Whether the first, folded, contains the second, which is folded already.</summary>
    public const string ContainsFolded = Prefix + "contains_ci";

    /// <summary>The calendar day of a text that is an instant, in the zone named by the second, else null.</summary>
    public const string LocalDay = Prefix + "local_day";

    private static readonly ConcurrentDictionary<string, TimeZoneInfo> Zones = new(StringComparer.Ordinal);

    /// <returns>The name by which <see cref="LocalDay"/> knows the zone.</returns>
    public static string NameOf(TimeZoneInfo zone)
    {
        Zones[zone.Id] = zone;
        return zone.Id;
    }

    /// <summary>Whether a statement needs them; most do not, and adding them costs a connection more than its first question.</summary>
    public static bool AreIn(string sql) => sql.Contains(Prefix, StringComparison.Ordinal);

    public static void AddTo(sqlite3 connection)
    {
        Add(connection, Instant, 1, static (context, _, arguments) => Answer(context, Scalars.TryInstant(Text(arguments[0]), out var written) ? written : null));
        Add(connection, Number, 1, static (context, _, arguments) =>
        {
            if (Scalars.TryNumber(Text(arguments[0]), out var number))
            {
                raw.sqlite3_result_double(context, number);
            }
            else
            {
                raw.sqlite3_result_null(context);
            }
        });
        Add(connection, EndsWith, 2, static (context, _, arguments) =>
            Answer(context, raw.sqlite3_value_blob(arguments[0]).EndsWith(raw.sqlite3_value_blob(arguments[1]))));
        Add(connection, EqualFolded, 2, static (context, _, arguments) =>
            Answer(context, string.Equals(Scalars.Fold(Text(arguments[0])), Text(arguments[1]), StringComparison.Ordinal)));
        Add(connection, ContainsFolded, 2, static (context, _, arguments) =>
            Answer(context, Scalars.Fold(Text(arguments[0])).Contains(Text(arguments[1]), StringComparison.Ordinal)));
        Add(connection, LocalDay, 2, static (context, _, arguments) =>
            Answer(context, Instants.TryParse(Text(arguments[0]), out var instant) ? Day(instant, Zones[Text(arguments[1])]) : null));
    }

    private static void Add(sqlite3 connection, string name, int arguments, delegate_function_scalar function) =>
        Microsoft.Data.Sqlite.SqliteException.ThrowExceptionForRC(
            raw.sqlite3_create_function(connection, name, arguments, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, function), connection);

    // The bytes and not the zero-terminated text: a text may contain U+0000.
    private static string Text(sqlite3_value value) => Encoding.UTF8.GetString(raw.sqlite3_value_blob(value));

    private static string Day(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Answer(sqlite3_context context, bool value) => raw.sqlite3_result_int(context, value ? 1 : 0);

    private static void Answer(sqlite3_context context, string? text)
    {
        if (text is null)
        {
            raw.sqlite3_result_null(context);
        }
        else
        {
            raw.sqlite3_result_text(context, text);
        }
    }
}
