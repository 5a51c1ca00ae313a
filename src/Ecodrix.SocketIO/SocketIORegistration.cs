using Ecodrix.SocketIO.Adapters;
using Ecodrix.SocketIO.EngineIO;
using Ecodrix.SocketIO.Namespaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Ecodrix.SocketIO;

/// <summary>The door: register the server, add namespaces, map the path.</summary>
public static class SocketIORegistration
{
    /// <summary>Adds the server. <see cref="ISocketServer"/> sends from anywhere; a registered <see cref="TimeProvider"/> is its clock.</summary>
    public static SocketIOBuilder AddSocketIO(this IServiceCollection services, Action<SocketIOOptions>? configure = null)
    {
        services.AddOptions<SocketIOOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<ISocketAdapterFactory, SingleNodeAdapterFactory>();
        services.TryAddSingleton<SocketServer>();
        services.TryAddSingleton<ISocketServer>(provider => provider.GetRequiredService<SocketServer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SocketServer>(provider => provider.GetRequiredService<SocketServer>()));
        return new SocketIOBuilder(services);
    }

    /// <summary>Serves Socket.IO under a path, which stock clients expect to be <c>/socket.io</c>.</summary>
    public static IEndpointConventionBuilder MapSocketIO(this IEndpointRouteBuilder routes, string path = "/socket.io") =>
        routes.MapEngineIO(path, routes.ServiceProvider.GetRequiredService<SocketServer>());

    /// <summary>Serves bare Engine.IO under a path, with the same options and something of one's own on top.</summary>
    public static IEndpointConventionBuilder MapEngineIO(this IEndpointRouteBuilder routes, string path, IEngineApplication application)
    {
        path = "/" + path.Trim('/');
        var engine = routes.ServiceProvider.GetRequiredService<SocketServer>().Serve(application);
        var endpoint = new EngineEndpoint(engine, path);
        return routes.Map(path + "/{**rest}", (RequestDelegate)endpoint.HandleAsync);
    }
}

/// <summary>Adds what the server serves.</summary>
public sealed class SocketIOBuilder
{
    internal SocketIOBuilder(IServiceCollection services) => Services = services;

    public IServiceCollection Services { get; }

    /// <summary>Adds a namespace with its hub; <c>/</c> is the main one, and is there without a hub too.</summary>
    public SocketIOBuilder AddNamespace<THub>(string name = "/")
        where THub : SocketHub
    {
        if (!name.StartsWith('/') || name.Contains(','))
        {
            throw new ArgumentException("A namespace begins with a slash and holds no comma.", nameof(name));
        }

        Services.TryAddSingleton<THub>();
        Services.AddSingleton(new AddedNamespace(name, typeof(THub)));
        return this;
    }
}
