using Ecodrix.Engine.Runs;
using Ecodrix.Server.Configuration;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Ecodrix.Server.Observability;

/// <summary>Logs in the form that whoever reads them wants, and traces for a collector where one is named.</summary>
internal static class ObservabilityServices
{
    private const string Everything = "Ecodrix.*";

    /// <summary>ASP.NET Core's own: the span of each request.</summary>
    private const string Requests = "Microsoft.AspNetCore";

    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder, Settings settings)
    {
        ServerTelemetry.Begin();
        builder.AddLogs(settings);
        builder.Services.AddSingleton<TenantFigures>();
        builder.Services.AddSingleton<IWorkObserver, TenantEvents>();
        if (settings.OtlpEndpoint is not null)
        {
            builder.Services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService("ecodrix", serviceVersion: typeof(ServerTelemetry).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector())
                .WithTracing(traces => traces.AddSource(Everything, Requests).AddOtlpExporter())
                .WithMetrics(metrics => metrics.AddMeter(Everything, "System.Runtime").AddOtlpExporter());
        }

        return builder;
    }

    /// <summary>One line of JSON each in production, something to read in development. <c>Logging:Console:FormatterName</c> decides otherwise.</summary>
    private static void AddLogs(this WebApplicationBuilder builder, Settings settings)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddOptions<ConsoleLoggerOptions>().Configure(console =>
            console.FormatterName = settings.IsDevelopment ? ConsoleFormatterNames.Simple : ConsoleFormatterNames.Json);
        builder.Logging.AddConsole();
        builder.Services.Configure<JsonConsoleFormatterOptions>(json =>
        {
            json.IncludeScopes = true;
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
    }
}
