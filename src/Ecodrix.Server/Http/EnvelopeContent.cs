using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Http;

/// <summary>How one type of result is written inside the envelope; found once for each type, so that a request looks nothing up.</summary>
internal abstract class EnvelopeContent
{
    /// <param name="resultType">A result with one type argument, such as <c>Ok&lt;LeadView&gt;</c>.</param>
    public static EnvelopeContent Of(Type resultType, JsonSerializerOptions options)
    {
        var valueType = resultType.GetInterfaces()
            .Single(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IValueHttpResult<>))
            .GenericTypeArguments[0];
        return (EnvelopeContent)Activator.CreateInstance(typeof(Declared<>).MakeGenericType(valueType), options)!;
    }

    public abstract string? Location(object result);

    public abstract void Write(Utf8JsonWriter writer, object result);

    /// <summary>By the type that the route declares, so that a list is written as the interface the feature's context knows.</summary>
    private sealed class Declared<T>(JsonSerializerOptions options) : EnvelopeContent
    {
        private readonly JsonTypeInfo<T>? json =
            typeof(T).IsAssignableTo(typeof(IEnveloped)) ? null : (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

        public override string? Location(object result) => result switch
        {
            Created<T> created => created.Location,
            Accepted<T> accepted => accepted.Location,
            _ => null,
        };

        public override void Write(Utf8JsonWriter writer, object result)
        {
            var value = ((IValueHttpResult<T>)result).Value!;
            if (json is null)
            {
                ((IEnveloped)value).WriteTo(writer, options);
                return;
            }

            writer.WritePropertyName("data");
            JsonSerializer.Serialize(writer, value, json);
        }
    }
}

/// <summary>A value that fills the envelope with more than <c>data</c>.</summary>
internal interface IEnveloped
{
    /// <summary>Writes <c>data</c> and what stands beside it, inside an object that is open.</summary>
    void WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options);
}

/// <summary>A value with a sentence about it: <c>TypedResults.Ok(new Messaged&lt;KeyView&gt;(view, "…"))</c>.</summary>
internal sealed record Messaged<T>(T Content, string Message) : IEnveloped
{
    public void WriteTo(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        writer.WriteString("message", Message);
        writer.WritePropertyName("data");
        JsonSerializer.Serialize(writer, Content, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
    }
}
