using Ecodrix.Server.Http;

namespace Ecodrix.Server.Features.Realtime.LivePages;

/// <summary>A page that shows events, runs, messages and callbacks as they come. Its parts lie in <c>page/</c> and are served as they are.</summary>
internal static class LivePage
{
    private const string Resource = "LivePage/";

    private static readonly string[] Scripts = ["live.js", "socket.js", "story.js", "words.js", "view.js"];

    private static readonly Lazy<string> Style = new(() => Read("live.css"));

    private static readonly Lazy<string> Html = new(() => Read("live.html").Replace("/*style*/", Style.Value, StringComparison.Ordinal));

    private static readonly Lazy<Dictionary<string, string>> Files = new(() => Scripts.ToDictionary(name => name, Read, StringComparer.Ordinal));

    public static HtmlPage Handle() => new(Html.Value, "script-src 'self'", HtmlPage.StyleSource(Style.Value), "connect-src 'self'");

    public static IResult Script(string file) =>
        Files.Value.TryGetValue(file, out var script) ? TypedResults.Text(script, "text/javascript; charset=utf-8") : new Failure(Errors.UnknownRoute);

    private static string Read(string name)
    {
        using var stream = typeof(LivePage).Assembly.GetManifestResourceStream(Resource + name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
