using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ecodrix.Server.Http.Bodies;
using Microsoft.AspNetCore.Http.Metadata;

namespace Ecodrix.Server.Http;

/// <summary>Puts what the framework says of a request that it could not read or bind into the contract's words.</summary>
internal static partial class MalformedRequests
{
    public static Failure Explain(BadHttpRequestException malformed)
    {
        if (malformed.InnerException is JsonException json)
        {
            return JsonFaults.Explain(json);
        }

        if (malformed.StatusCode is not StatusCodes.Status400BadRequest)
        {
            return new Failure(EmptyAnswers.Of(malformed.StatusCode));
        }

        if (MissingBody().IsMatch(malformed.Message))
        {
            return new Failure(Errors.BodyMissing);
        }

        var parameter = Parameter().Match(malformed.Message);
        return parameter.Success
            ? new Failure(new ValidationErrors(parameter.Groups["name"].Value, parameter.Groups["bad"].Success ? "is not valid" : "is required"))
            : new Failure(Errors.BadRequest);
    }

    /// <summary>Which optional parameter of the query kept the route from being called. The framework answers 400 and does not say.</summary>
    /// <returns>Its name, or null when all that were given can be read.</returns>
    public static string? WrongParameter(HttpContext context) => context.GetEndpoint()?.Metadata
        .OfType<IParameterBindingMetadata>()
        .FirstOrDefault(parameter => parameter is { IsOptional: true, HasTryParse: true }
            && (string?)context.Request.Query[parameter.Name] is { Length: > 0 } given
            && !CanRead(given, parameter.ParameterInfo.ParameterType))
        is { } wrong ? JsonNamingPolicy.CamelCase.ConvertName(wrong.Name) : null;

    private static bool CanRead(string given, Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Boolean => bool.TryParse(given, out _),
        TypeCode.Int32 => int.TryParse(given, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    /// <summary>The framework names a parameter only in its sentence: <c>Failed to bind parameter "int days" from "x".</c></summary>
    [GeneratedRegex("""(?<bad>Failed to bind parameter) "\S+ (?<name>\w+)"|Required parameter "\S+ (?<name>\w+)" was not provided""", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();

    [GeneratedRegex("no body was provided|from body|Implicit body inferred", RegexOptions.ExplicitCapture)]
    private static partial Regex MissingBody();
}
