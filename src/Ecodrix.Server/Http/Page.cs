using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ecodrix.Server.Http;

/// <summary>A page of a list, as a route's result: <c>TypedResults.Ok(new Page&lt;LeadView&gt;(views, request).Of(counted))</c>. The envelope spreads it.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, PageRequest Request) : IEnveloped
{
    /// <summary>Counting stops here: the total is then at least this, and <see cref="TotalIsMore"/> is set.</summary>
    public const int CountedAtMost = 10_000;

    /// <summary>Null when a cursor was used and nothing was counted.</summary>
    public int? Total { get; init; }

    /// <summary>There is more than <see cref="Total"/> says.</summary>
    public bool TotalIsMore { get; init; }

    /// <summary>What asks for the next page; null on the last one and where cursors are not offered.</summary>
    public string? NextCursor { get; init; }

    /// <param name="counted">A count that stopped at one more than <see cref="CountedAtMost"/>.</param>
    public Page<T> Of(int counted) => this with
    {
        Total = Math.Min(counted, CountedAtMost),
        TotalIsMore = counted > CountedAtMost,
    };

    void IEnveloped.WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        var json = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

        writer.WriteStartArray("data");
        foreach (var item in Items)
        {
            JsonSerializer.Serialize(writer, item, json);
        }

        writer.WriteEndArray();
        WriteNumber(writer, "total", Total);
        if (TotalIsMore)
        {
            writer.WriteBoolean("totalIsMore", value: true);
        }

        writer.WriteNumber("page", Request.Page);
        writer.WriteNumber("limit", Request.Limit);
        WriteNumber(writer, "totalPages", Total is { } total ? (total + Request.Limit - 1) / Request.Limit : null);
        if (NextCursor is not null)
        {
            writer.WriteString("nextCursor", NextCursor);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, int? number)
    {
        if (number is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
