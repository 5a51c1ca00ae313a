using System.Text.Json;
using Ecodrix.Engine;
using Ecodrix.Server;
using Ecodrix.Server.Features.Tenants.Sources;
using Ecodrix.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ecodrix.Bench.Serving;

/// <summary>The server's side of <see cref="ServerUnderTest"/>: the product as it is, and a few routes that only benchmarks need.</summary>
internal static class Served
{
    public const string Switch = "--serve";

    /// <summary>Shows that the crash harness can fail. No setting of the product does this.</summary>
    public const string WithoutEffectRecord = "--without-effect-record";

    /// <summary>Counts what is asked of the services database.</summary>
    public const string CountsQueries = "--count-queries";

    /// <summary>For short tests: what a dead process held is free after eight seconds, and a move's hold waits for a second and ends after eight.</summary>
    public const string EndsHoldsSoon = "--end-holds-soon";

    /// <summary>Serves <see cref="Health"/> alone, without the product: what the runtime and the web server cost.</summary>
    public const string Bare = "--bare";

    public const string Health = "/health/ready";

    /// <summary>Prints its address and serves until it is told to stop, or whoever started it is gone.</summary>
    public static async Task RunAsync(IReadOnlyCollection<string> switches, CancellationToken cancellationToken)
    {
        await using var app = switches.Contains(Bare, StringComparer.Ordinal) ? BuildBare() : Build(switches);
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.First());
        using var input = Console.OpenStandardInput();
        await Task.WhenAny(app.WaitForShutdownAsync(cancellationToken), input.CopyToAsync(Stream.Null, cancellationToken));
    }

    private static WebApplication BuildBare()
    {
        var app = WebApplication.CreateBuilder().Build();
        app.MapGet(Health, () => TypedResults.Text("""{"success":true}""", "application/json"));
        return app;
    }

    private static WebApplication Build(IReadOnlyCollection<string> switches)
    {
        var app = EngineHost.Build([], replace: builder => Adjust(builder.Services, switches));
        app.MapPost("/bench/empty", (JsonElement body) => TypedResults.Text("""{"success":true,"data":{}}""", "application/json"));
        app.MapGet("/bench/queries", () => TypedResults.Text(JsonSerializer.Serialize(new { data = CountedCalls.Calls }), "application/json"));
        app.MapBenchJobs();
        app.MapChecksums();
        return app;
    }

    private static void Adjust(IServiceCollection services, IReadOnlyCollection<string> switches)
    {
        services.AddBenchJobs();
        if (switches.Contains(WithoutEffectRecord, StringComparer.Ordinal))
        {
            services.Configure<EngineOptions>(options => options.RecordsEffects = false);
        }

        if (switches.Contains(EndsHoldsSoon, StringComparer.Ordinal))
        {
            services.Configure<EngineOptions>(options => options.Lease = TimeSpan.FromSeconds(8));
            services.Replace(ServiceDescriptor.Singleton(new SwitchTimes { Settle = TimeSpan.FromSeconds(1), Hold = TimeSpan.FromSeconds(8) }));
        }

        if (switches.Contains(CountsQueries, StringComparer.Ordinal))
        {
            var inner = services.Last(service => service.ServiceType == typeof(IServicesDatabase));
            services.Remove(inner);
            services.AddSingleton<IServicesDatabase>(provider => new CountedCalls((IServicesDatabase)inner.ImplementationFactory!(provider)));
        }
    }
}
