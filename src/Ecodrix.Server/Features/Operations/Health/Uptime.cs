using System.Reflection;

namespace Ecodrix.Server.Features.Operations.Health;

/// <summary>Since when this process serves, and what it is.</summary>
internal sealed class Uptime(TimeProvider clock)
{
    private readonly long since = clock.GetTimestamp();

    public static string Version { get; } =
        typeof(Uptime).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public long Seconds => (long)clock.GetElapsedTime(since).TotalSeconds;
}
