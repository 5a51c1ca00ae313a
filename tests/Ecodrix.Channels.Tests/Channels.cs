using System.Net;
using Ecodrix.Channels.Guarding;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Channels.Tests;

/// <summary>The channels as a host registers them, with the options that a test sets.</summary>
internal sealed class Channels : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Channels(ServiceProvider services) => _services = services;

    /// <summary>Channels that may dial this machine.</summary>
    public static Channels Private(Action<IServiceCollection>? configure = null) =>
        Build(services =>
        {
            services.Configure<ConnectorOptions>(options => options.AllowPrivate = true);
            configure?.Invoke(services);
        });

    /// <summary>Channels as in production: public addresses only.</summary>
    public static Channels Public(Action<IServiceCollection>? configure = null) => Build(services => configure?.Invoke(services));

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static Channels Build(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        services.AddChannels();
        return new Channels(services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
    }
}

/// <summary>Answers each name with one list of addresses after another; the last one stays.</summary>
internal sealed class ScriptedResolver(params IReadOnlyList<string>[] answers) : INameResolver
{
    private int _asked;

    public int Asked => _asked;

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var answer = answers[Math.Min(_asked++, answers.Length - 1)];
        return Task.FromResult<IReadOnlyList<IPAddress>>([.. answer.Select(IPAddress.Parse)]);
    }
}
