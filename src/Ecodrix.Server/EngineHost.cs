using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.FirstStart;
using Ecodrix.Server.Http;
using Ecodrix.Server.Observability;

namespace Ecodrix.Server;

/// <summary>Puts the product together: settings, the wire, the features.</summary>
internal static class EngineHost
{
    /// <param name="adjust">Changes settings after they were read and checked.</param>
    /// <param name="replace">Changes what was registered.</param>
    /// <exception cref="WrongSettingException">A setting is wrong, or missing in production.</exception>
    public static WebApplication Build(string[] args, Func<Settings, Settings>? adjust = null, Action<WebApplicationBuilder>? replace = null)
    {
        // Settings are read at the start only; a watch on their files would be told of every write to a database beside them.
        var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
        var read = SettingsReader.Read(builder.Configuration, builder.Environment);
        var settings = DevelopmentKeys.Complete(adjust is null ? read : adjust(read));

        // ASP.NET Core's line for each request holds the query, and with it the phones and names that lists are searched by.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.AddObservability(settings);
        builder.WebHost.UseListening(settings);
        builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System);
        builder.Services.AddHttpConventions();
        builder.Services.AddFeatures(settings);
        replace?.Invoke(builder);

        var app = builder.Build();
        app.UseHttpConventions();
        app.MapFeatures();
        return app;
    }
}
