namespace Ecodrix.Server.Features.Leads;

/// <summary>Money is decimal on the wire and a whole number of ten-thousandths in storage, so that sums are exact and filters compare numbers.</summary>
/// <remarks>The largest amount keeps the stored number under 2^53, where every interpreter of conditions is still exact.</remarks>
internal static class Money
{
    public const decimal Largest = 900_000_000_000m;

    public const int UnitsInOne = 10_000;

    /// <summary>Rounds what is finer than a ten-thousandth, half away from zero.</summary>
    /// <param name="amount">At most <see cref="Largest"/>.</param>
    public static long ToUnits(decimal amount) => (long)decimal.Round(amount * UnitsInOne, MidpointRounding.AwayFromZero);

    public static decimal FromUnits(long units) => units / (decimal)UnitsInOne;
}
