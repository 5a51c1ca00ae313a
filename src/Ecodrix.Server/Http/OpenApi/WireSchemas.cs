using Ecodrix.Storage;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>Corrects what the framework cannot know of our converters.</summary>
internal static class WireSchemas
{
    public const string IdPattern = "^[0-9a-f]{24}$";

    public static Task Correct(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
            schema.Description ??= $"ISO 8601; written in UTC as {Instants.Write(DateTimeOffset.UnixEpoch)}.";
        }

        return Task.CompletedTask;
    }

    public static OpenApiSchema Text(string? pattern = null) => new() { Type = JsonSchemaType.String, Pattern = pattern };

    public static OpenApiSchema Whole(int least, int? most = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = least.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = most?.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
