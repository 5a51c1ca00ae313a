using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Ecodrix.Server.Http.Bodies;

/// <summary>How JSON is read and written on the wire. A feature adds its context to the chain in its <c>AddX</c>.</summary>
internal static class WireJson
{
    /// <summary>Puts a feature's serializer context first in the chain.</summary>
    public static IServiceCollection AddWireTypes(this IServiceCollection services, IJsonTypeInfoResolver context) =>
        services.Configure<JsonOptions>(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, context));

    public static IServiceCollection AddWireJson(this IServiceCollection services)
    {
        services.Configure<JsonOptions>(json => Configure(json.SerializerOptions));
        services.AddSingleton<IPostConfigureOptions<JsonOptions>, RequiredFields>();
        return services;
    }

    private static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = JsonFaults.Depth;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.RespectNullableAnnotations = true;
        // The last of duplicate names counts, as JavaScript reads them.
        options.AllowDuplicateProperties = true;
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new WireEnums());
    }

    /// <summary>A property that is not nullable and has no default must be there: its absence is a validation error, not a null.</summary>
    private sealed class RequiredFields : IPostConfigureOptions<JsonOptions>
    {
        public void PostConfigure(string? name, JsonOptions options)
        {
            var json = options.SerializerOptions;
            json.TypeInfoResolver = json.TypeInfoResolver?.WithAddedModifier(Require);
        }

        private static void Require(JsonTypeInfo type)
        {
            foreach (var property in type.Properties)
            {
                var parameter = property.AssociatedParameter;
                property.IsRequired |= parameter is { HasDefaultValue: false, IsNullable: false } && !property.PropertyType.IsValueType;
            }
        }
    }
}
