using System.Globalization;
using Ecodrix.Storage.Conditions;
using MongoDB.Bson;
using MongoDB.Bson.IO;

namespace Ecodrix.Storage.Mongo;

/// <summary>What a group has in common, as text.</summary>
internal static class GroupKeyText
{
    public static string? Of(BsonValue key) => key.BsonType switch
    {
        BsonType.Null or BsonType.Undefined => null,
        BsonType.String => key.AsString,
        BsonType.ObjectId => key.AsObjectId.ToString(),
        BsonType.DateTime => Instants.Write(DateTimeOffset.FromUnixTimeMilliseconds(key.AsBsonDateTime.MillisecondsSinceEpoch)),
        BsonType.Boolean => key.AsBoolean ? "1" : "0",
        BsonType.Int32 or BsonType.Int64 or BsonType.Double => key.ToDouble().ToString(CultureInfo.InvariantCulture),
        _ => key.ToJson(new JsonWriterSettings { OutputMode = JsonOutputMode.RelaxedExtendedJson }),
    };

    /// <summary>Nothing first, then numbers, then text.</summary>
    public static int Compare(BsonValue left, BsonValue right)
    {
        var kinds = Kind(left).CompareTo(Kind(right));
        if (kinds != 0)
        {
            return kinds;
        }

        return left.IsNumeric ? left.ToDouble().CompareTo(right.ToDouble()) : Scalars.CompareText(Of(left) ?? string.Empty, Of(right) ?? string.Empty);
    }

    private static int Kind(BsonValue key) => key switch
    {
        { IsBsonNull: true } or { IsBsonUndefined: true } => 0,
        { IsNumeric: true } or { IsBoolean: true } => 1,
        _ => 2,
    };
}
