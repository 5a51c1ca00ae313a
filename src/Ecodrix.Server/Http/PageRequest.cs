using System.Globalization;

namespace Ecodrix.Server.Http;

/// <summary>Which page of a list is asked for: <c>page</c> from 1, <c>limit</c> 1 to 200, or a <c>cursor</c>.</summary>
/// <param name="Cursor">What an earlier page gave as <c>nextCursor</c>; the feature says what it means.</param>
internal sealed record PageRequest(int Page, int Limit, string? Cursor)
{
    public const int DefaultLimit = 25;

    public const int LargestLimit = 200;

    private const int LargestPage = 1_000_000;

    public int Skip => Cursor is null ? (Page - 1) * Limit : 0;

    /// <exception cref="RefusedException">The query is no page; answered as a validation error.</exception>
    public static ValueTask<PageRequest> BindAsync(HttpContext context)
    {
        var errors = new ValidationErrors();
        var query = context.Request.Query;
        var page = Read(query, "page", 1, LargestPage, errors);
        var limit = Read(query, "limit", DefaultLimit, LargestLimit, errors);
        var cursor = query["cursor"].ToString();

        return errors.Any
            ? throw new RefusedException(new Failure(errors))
            : ValueTask.FromResult(new PageRequest(page, limit, cursor.Length == 0 ? null : cursor));
    }

    private static int Read(IQueryCollection query, string name, int fallback, int largest, ValidationErrors errors)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= largest)
        {
            return number;
        }

        errors.Add(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from 1 to {largest}"));
        return fallback;
    }
}
