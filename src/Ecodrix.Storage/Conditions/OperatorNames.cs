using System.Collections.Frozen;
using System.Text.Json;

namespace Ecodrix.Storage.Conditions;

/// <summary>Operators as the wire spells them: <c>not_contains</c>.</summary>
internal static class OperatorNames
{
    private static readonly FrozenDictionary<Operator, string> Names =
        Enum.GetValues<Operator>().ToFrozenDictionary(one => one, one => JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()));

    private static readonly FrozenDictionary<string, Operator> Operators =
        Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string List { get; } = string.Join(", ", Names.OrderBy(pair => pair.Key).Select(pair => pair.Value));

    public static string Name(this Operator one) => Names[one];

    public static bool TryParse(string name, out Operator one) => Operators.TryGetValue(name, out one);

    public static bool TakesValue(this Operator one) => one is not (Operator.Exists or Operator.NotExists);

    public static bool TakesList(this Operator one) => one is Operator.In or Operator.Nin;

    public static bool TakesText(this Operator one) =>
        one is Operator.StartsWith or Operator.EndsWith or Operator.Matches or Operator.EqCi or Operator.ContainsCi;

    public static bool Orders(this Operator one) => one is Operator.Gt or Operator.Gte or Operator.Lt or Operator.Lte;
}
