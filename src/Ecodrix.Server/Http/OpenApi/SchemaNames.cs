using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Ecodrix.Server.Http.OpenApi;

/// <summary>Names schemas as a reader would: <c>CreateLead.Request</c> is <c>CreateLeadRequest</c>.</summary>
internal static class SchemaNames
{
    /// <returns>Null for what is written in place.</returns>
    public static string? Of(JsonTypeInfo type)
    {
        var name = OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        return name is not null && type.Type is { IsNested: true, IsGenericType: false, DeclaringType: { } outer } ? outer.Name + name : name;
    }
}
