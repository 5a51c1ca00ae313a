using StackExchange.Redis;

namespace Ecodrix.SocketIO.Redis;

/// <summary>Reads where Redis is, and says how the connection behaves.</summary>
public static class RedisAddress
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    /// <param name="text">As in <see cref="RedisAdapterOptions.ConnectionString"/>.</param>
    /// <param name="configuration">Of a connection that comes and comes back by itself, and on which nothing waits while Redis is away.</param>
    /// <returns>False when it names no server.</returns>
    public static bool TryParse(string text, out ConfigurationOptions configuration)
    {
        try
        {
            configuration = text.Contains("://", StringComparison.Ordinal) ? OfUri(new Uri(text)) : ConfigurationOptions.Parse(text);
        }
        catch (Exception misfit) when (misfit is ArgumentException or FormatException)
        {
            configuration = new ConfigurationOptions();
        }

        configuration.AbortOnConnectFail = false;
        configuration.ConnectRetry = 1;

        // Nothing waits for a Redis that is away: it would come late, and memory would fill.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ReconnectRetryPolicy = new LinearRetry((int)Reconnect.TotalMilliseconds);

        // The channels' names are the protocol's: nothing is put before them, and no other channel is listened to.
        configuration.ChannelPrefix = default;
        configuration.ConfigurationChannel = "";
        return configuration.EndPoints.Count > 0;
    }

    private static ConfigurationOptions OfUri(Uri uri)
    {
        if (uri.Scheme is not ("redis" or "rediss") || uri.Host.Length is 0)
        {
            throw new FormatException("Not a Redis URI.");
        }

        var configuration = new ConfigurationOptions { Ssl = uri.Scheme is "rediss" };
        configuration.EndPoints.Add(uri.Host, uri.Port > 0 ? uri.Port : 6379);
        var account = uri.UserInfo.Split(':', 2);
        if (account.Length is 2)
        {
            configuration.Password = Uri.UnescapeDataString(account[1]);
        }

        if (account[0].Length > 0)
        {
            configuration.User = Uri.UnescapeDataString(account[0]);
        }

        return configuration;
    }
}
