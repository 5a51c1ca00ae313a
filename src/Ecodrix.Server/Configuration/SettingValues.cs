using System.Globalization;

namespace Ecodrix.Server.Configuration;

/// <summary>Single settings, by the names of their environment variables; <c>appsettings.json</c> holds the same names under <c>Ecodrix</c>.</summary>
internal sealed class SettingValues(IConfiguration configuration)
{
    private const string Section = "Ecodrix";

    private const string Prefix = "ECODRIX_";

    /// <summary>The variable, else <c>Ecodrix:ECODRIX_PUBLIC_URL</c>, else <c>Ecodrix:PublicUrl</c>.</summary>
    /// <returns>Null when it is not set, or set to nothing.</returns>
    public string? Text(string name)
    {
        var section = configuration.GetSection(Section);
        var value = configuration[name] ?? section[name] ?? section[ShortName(name)];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    public bool Flag(string name, bool fallback) => Text(name)?.ToLowerInvariant() switch
    {
        null => fallback,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new WrongSettingException(name, "must be true or false"),
    };

    public int Whole(string name, int fallback, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new WrongSettingException(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
    }

    /// <returns>Null when it is not set.</returns>
    public Uri? Address(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var valid = Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            && address.UserInfo.Length == 0
            && address.Query.Length == 0
            && address.Fragment.Length == 0;
        return valid ? address : throw new WrongSettingException(name, "must be an http or https address without user, query or fragment, such as https://engine.example.com");
    }

    /// <summary>An address to post to, which may have a query.</summary>
    /// <returns>Null when it is not set.</returns>
    public Uri? Receiver(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Fragment.Length == 0
            ? address
            : throw new WrongSettingException(name, "must be an http or https address without user or fragment, such as https://alerts.example.com/ecodrix");
    }

    private static string ShortName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..].Replace("_", "", StringComparison.Ordinal) : name;
}
