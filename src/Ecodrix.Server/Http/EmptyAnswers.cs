namespace Ecodrix.Server.Http;

/// <summary>Gives the framework's bare statuses (no route, wrong method, wrong media type, a parameter that does not parse) the body that every failure has.</summary>
internal static class EmptyAnswers
{
    /// <returns>Null for an answer that is none of these.</returns>
    public static Failure? Explain(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode < StatusCodes.Status400BadRequest || response.HasStarted || response.ContentType is not null)
        {
            return null;
        }

        return response.StatusCode is StatusCodes.Status400BadRequest && MalformedRequests.WrongParameter(context) is { } parameter
            ? new Failure(new ValidationErrors(parameter, "is not valid"))
            : new Failure(Of(response.StatusCode));
    }

    public static Error Of(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Errors.Unauthorized,
        StatusCodes.Status403Forbidden => Errors.Forbidden,
        StatusCodes.Status404NotFound => Errors.UnknownRoute,
        StatusCodes.Status405MethodNotAllowed => Errors.MethodNotAllowed,
        StatusCodes.Status409Conflict => Errors.Conflict,
        StatusCodes.Status413PayloadTooLarge => Errors.PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType => Errors.NotJson,
        StatusCodes.Status422UnprocessableEntity => Errors.Unprocessable,
        StatusCodes.Status429TooManyRequests => Errors.RateLimited,
        StatusCodes.Status503ServiceUnavailable => Errors.Unavailable,
        >= StatusCodes.Status500InternalServerError => Errors.Internal,
        _ => Errors.BadRequest,
    };
}
