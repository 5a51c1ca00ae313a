using Ecodrix.Server.Features.Tenants.Audit;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Clients;

/// <summary>Makes a client. Its keys and its webhook secret are in this answer and in no other.</summary>
/// <remarks>It takes no <c>Idempotency-Key</c>: remembering the answer would be keeping the keys.</remarks>
internal static class CreateClient
{
    /// <summary>How many numbers are tried behind a code that was made from a name.</summary>
    private const int MadeCodes = 50;

    public sealed record Request(string? Name, string? ClientCode, string? Email, string? TimeZone, string? Region, string? Currency)
    {
        /// <summary>A live key that the client has already.</summary>
        public string? ApiKey { get; init; }

        /// <summary>A webhook secret that the client has already.</summary>
        public string? WebhookSecret { get; init; }
    }

    public sealed record Response(string ClientCode, string ApiKey, string TestApiKey, string WebhookSecret);

    public static async Task<Results<Created<Response>, Failure>> HandleAsync(
        Request request, Actor actor, ClientFounding founding, AuditLog audit, CancellationToken cancellationToken)
    {
        var errors = Check(request);
        if (errors.Any)
        {
            return new Failure(errors);
        }

        var outcome = await FoundAsync(request, founding, cancellationToken);
        if (outcome is not Founding.Made made)
        {
            return new Failure(outcome is Founding.KeyTaken ? TenantErrors.KeyTaken : TenantErrors.CodeTaken);
        }

        await audit.WriteAsync(actor, "client.created", made.ClientCode, cancellationToken);
        return TypedResults.Created(
            $"/api/clients/{made.ClientCode}",
            new Response(made.ClientCode, made.ApiKey, made.TestApiKey, made.WebhookSecret));
    }

    private static async Task<Founding> FoundAsync(Request request, ClientFounding founding, CancellationToken cancellationToken)
    {
        var given = request.ClientCode;
        var code = given ?? ClientForms.CodeOf(request.Name!);
        var outcome = await founding.FoundAsync(DraftOf(request, code), request.ApiKey, request.WebhookSecret, cancellationToken);

        for (var number = 2; given is null && outcome is Founding.CodeTaken && number <= MadeCodes; number++)
        {
            outcome = await founding.FoundAsync(DraftOf(request, $"{code}_{number}"), request.ApiKey, request.WebhookSecret, cancellationToken);
        }

        return outcome;
    }

    private static Client DraftOf(Request request, string code) => new()
    {
        Id = code,
        Name = request.Name!.Trim(),
        Email = request.Email,
        TimeZone = request.TimeZone ?? ClientForms.DefaultTimeZone,
        Region = request.Region ?? ClientForms.DefaultRegion,
        Currency = request.Currency ?? ClientForms.DefaultCurrency,
    };

    private static ValidationErrors Check(Request request)
    {
        var errors = new ValidationErrors();
        AddProblem(errors, "name", request.Name ?? "", ClientForms.ProblemOfName);
        AddProblem(errors, "clientCode", request.ClientCode, ClientForms.ProblemOfCode);
        AddProblem(errors, "email", request.Email, ClientForms.ProblemOfEmail);
        AddProblem(errors, "timeZone", request.TimeZone, ClientForms.ProblemOfTimeZone);
        AddProblem(errors, "region", request.Region, ClientForms.ProblemOfRegion);
        AddProblem(errors, "currency", request.Currency, ClientForms.ProblemOfCurrency);
        AddProblem(errors, "apiKey", request.ApiKey, KeyText.ProblemOfCarried);
        AddProblem(errors, "webhookSecret", request.WebhookSecret, KeyText.ProblemOfCarried);
        return errors;
    }

    private static void AddProblem(ValidationErrors errors, string field, string? value, Func<string, string?> problemOf)
    {
        if (value is not null && problemOf(value) is { } problem)
        {
            errors.Add(field, problem);
        }
    }
}
