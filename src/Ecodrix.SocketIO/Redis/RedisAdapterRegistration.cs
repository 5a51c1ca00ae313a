using Ecodrix.SocketIO.Adapters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ecodrix.SocketIO.Redis;

/// <summary>The door: several nodes act as one server.</summary>
public static class RedisAdapterRegistration
{
    /// <summary>
    /// Joins this node through Redis with all others of the same key: nodes of this library, Node servers with <c>@socket.io/redis-adapter</c>,
    /// and programs that use <c>@socket.io/redis-emitter</c>. While Redis is out of reach this node goes on alone; what others miss then is not
    /// made up for.
    /// </summary>
    public static SocketIOBuilder AddRedisAdapter(this SocketIOBuilder sockets, Action<RedisAdapterOptions> configure)
    {
        sockets.Services.AddOptions<RedisAdapterOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        sockets.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisAdapterOptions>, RedisAdapterOptionsRules>());
        sockets.Services.TryAddSingleton<RedisFigures>();
        sockets.Services.TryAddSingleton<RedisLink>();
        sockets.Services.AddSingleton<ISocketAdapterFactory, RedisAdapterFactory>();
        return sockets;
    }
}

internal sealed class RedisAdapterOptionsRules : IValidateOptions<RedisAdapterOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisAdapterOptions options) =>
        RedisAdapterOptions.IsConnectionString(options.ConnectionString)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("The Redis adapter's ConnectionString must be 'host:port', with settings parted by commas, or a redis:// URI.");
}

/// <summary>Makes the adapter of each namespace; all share one connection.</summary>
internal sealed class RedisAdapterFactory(
    RedisLink link, IOptions<RedisAdapterOptions> options, ILogger<RedisAdapter> logger, IServiceProvider services) : ISocketAdapterFactory
{
    public INamespaceAdapter Create(ILocalNamespace local) =>
        new RedisAdapter(local, link, options.Value, services.GetService<TimeProvider>() ?? TimeProvider.System, logger);
}
