using Ecodrix.Engine.Runs;
using Ecodrix.Server.Configuration;
using StackExchange.Redis;

namespace Ecodrix.Server.Instances.Sharing;

/// <summary>Wakes the instances that work through Redis: one message instead of a call to each.</summary>
/// <remarks>Whoever may publish there can have the database asked once more for work, and no more than that.</remarks>
internal sealed class RedisWakes
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("ecodrix:wake");

    private readonly SharedRedis redis;

    private readonly InstanceList instances;

    private readonly bool listens;

    public RedisWakes(SharedRedis redis, InstanceList instances, IServiceProvider provider, Settings settings)
    {
        (this.redis, this.instances) = (redis, instances);
        listens = redis.IsNamed && !instances.IsAlone && settings.Role is not InstanceRole.Api;
        if (listens)
        {
            // Resolved when first needed: the engine itself wakes others.
            var control = new Lazy<IWorkControl>(provider.GetRequiredService<IWorkControl>);
            redis.Listen(Channel.ToString(), who =>
            {
                if (!string.Equals(who, instances.Own, StringComparison.Ordinal))
                {
                    control.Value.Wake();
                }
            });
        }
    }

    /// <returns>How many of the others heard it; null when Redis cannot be asked.</returns>
    public async Task<long?> TryTellAsync(CancellationToken cancellationToken)
    {
        var heard = await redis.AskAsync(async database => (object)await database.PublishAsync(Channel, instances.Own), cancellationToken);
        return heard is long count ? count - (listens ? 1 : 0) : null;
    }
}
