using System.Text.Json;
using System.Text.RegularExpressions;
using Ecodrix.Server.Http.Bodies;

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

    /// <summary>The framework names a parameter only in its sentence: <c>Failed to bind parameter "int days" from "x".</c></summary>
    [GeneratedRegex("""(?<bad>Failed to bind parameter) "\S+ (?<name>\w+)"|Required parameter "\S+ (?<name>\w+)" was not provided""", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();

    [GeneratedRegex("no body was provided|from body|Implicit body inferred", RegexOptions.ExplicitCapture)]
    private static partial Regex MissingBody();
}
