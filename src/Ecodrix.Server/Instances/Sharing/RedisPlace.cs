using StackExchange.Redis;

namespace Ecodrix.Server.Instances.Sharing;

/// <summary>Reads where Redis is, from what the settings have checked.</summary>
internal static class RedisPlace
{
    private const int Port = 6379;

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    public static ConfigurationOptions Read(string named)
    {
        var options = named.Contains("://", StringComparison.Ordinal) ? OfUri(new Uri(named)) : ConfigurationOptions.Parse(named);
        options.AbortOnConnectFail = false;
        options.ConnectRetry = 1;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry((int)Reconnect.TotalMilliseconds);
        options.ConfigurationChannel = "";
        return options;
    }

    private static ConfigurationOptions OfUri(Uri uri)
    {
        var options = new ConfigurationOptions { Ssl = uri.Scheme is "rediss" };
        options.EndPoints.Add(uri.Host, uri.Port > 0 ? uri.Port : Port);
        if (uri.UserInfo.Split(':', 2) is [var user, var password])
        {
            options.User = user.Length > 0 ? Uri.UnescapeDataString(user) : null;
            options.Password = Uri.UnescapeDataString(password);
        }

        return options;
    }
}
