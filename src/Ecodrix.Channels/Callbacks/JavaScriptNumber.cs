using System.Globalization;

namespace Ecodrix.Channels.Callbacks;

/// <summary>Prints a number as JavaScript does: ECMAScript's <c>Number::toString</c> (ECMA-262, 6.1.6.1.20).</summary>
public static class JavaScriptNumber
{
    /// <exception cref="ArgumentException">The number is not finite; JSON has no such numbers.</exception>
    public static string Write(double number)
    {
        if (!double.IsFinite(number))
        {
            throw new ArgumentException("JSON knows finite numbers only.", nameof(number));
        }

        if (number is 0)
        {
            return "0";
        }

        var (digits, point) = ShortestDigits(Math.Abs(number));
        var text = Lay(digits, point);
        return number < 0 ? "-" + text : text;
    }

    /// <summary>The fewest digits that read back as the same double, and where the point stands: <c>0.digits × 10^point</c>.</summary>
    private static (string Digits, int Point) ShortestDigits(double number)
    {
        var mantissa = number.ToString("R", CultureInfo.InvariantCulture).AsSpan();
        var exponent = 0;
        var at = mantissa.IndexOf('E');
        if (at >= 0)
        {
            exponent = int.Parse(mantissa[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..at];
        }

        var dot = mantissa.IndexOf('.');
        var whole = dot < 0 ? mantissa.Length : dot;
        var all = string.Concat(mantissa[..whole], dot < 0 ? [] : mantissa[(dot + 1)..]);
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), whole - leading + exponent);
    }

    private static string Lay(string digits, int point)
    {
        var count = digits.Length;
        if (count <= point && point <= 21)
        {
            return digits + new string('0', point - count);
        }

        if (point is > 0 and <= 21)
        {
            return $"{digits[..point]}.{digits[point..]}";
        }

        if (point is > -6 and <= 0)
        {
            return "0." + new string('0', -point) + digits;
        }

        var exponent = point - 1;
        var sign = exponent < 0 ? '-' : '+';
        var power = Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);
        return count is 1 ? $"{digits}e{sign}{power}" : $"{digits[..1]}.{digits[1..]}e{sign}{power}";
    }
}
