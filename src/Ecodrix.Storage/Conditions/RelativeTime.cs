using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ecodrix.Storage.Conditions;

/// <summary>Values that count from now: <c>{"ago":"14d"}</c> and <c>{"ahead":"2h"}</c>, in seconds, minutes, hours, days or weeks.</summary>
public static class RelativeTime
{
    private const string Ago = "ago";
    private const string Ahead = "ahead";
    private const int MostDigits = 6;

    /// <summary>The same condition with every relative time replaced by the instant that it means at <paramref name="now"/>. A database takes only such.</summary>
    public static Condition At(this Condition condition, DateTimeOffset now) => condition switch
    {
        Condition.All all => new Condition.All([.. all.Conditions.Select(one => one.At(now))]),
        Condition.Any any => new Condition.Any([.. any.Conditions.Select(one => one.At(now))]),
        Condition.Not not => new Condition.Not(not.Inner.At(now)),
        Condition.Compare compare => compare with { Value = Resolve(compare.Value, now) },
        _ => condition,
    };

    internal static bool IsRelative(JsonNode? value) => TryOffset(value, out _);

    /// <returns>The value itself when it is not relative.</returns>
    internal static JsonNode? Resolve(JsonNode? value, DateTimeOffset now)
    {
        switch (value)
        {
            case JsonObject when TryOffset(value, out var offset):
                return JsonValue.Create(Instants.Write(now + offset));
            case JsonArray list when list.Any(IsRelative):
                return new JsonArray([.. list.Select(one => Resolve(one, now)?.DeepClone())]);
            default:
                return value;
        }
    }

    private static bool TryOffset(JsonNode? value, out TimeSpan offset)
    {
        offset = default;
        if (value is not JsonObject { Count: 1 } relative)
        {
            return false;
        }

        var (name, amount) = relative.First();
        if (amount?.GetValueKind() is not JsonValueKind.String || !TryDuration(amount.GetValue<string>(), out var duration))
        {
            return false;
        }

        offset = name is Ago ? -duration : duration;
        return name is Ago or Ahead;
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is < 2 or > MostDigits + 1 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        duration = (unit ?? default) * amount;
        return unit is not null && duration <= TimeSpan.FromDays(36_525);
    }
}
