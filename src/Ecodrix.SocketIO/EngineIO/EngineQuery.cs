using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Ecodrix.SocketIO.EngineIO;

/// <summary>The parameters that the protocol looks at; the cache buster <c>t</c> and all others are the application's. One that came twice is joined by a comma, and so fits nothing.</summary>
internal readonly record struct EngineQuery(string Transport, string Id, string Version)
{
    public static EngineQuery Of(QueryString query)
    {
        var (transport, id, version) = ("", "", "");
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var value = pair.DecodeValue().ToString();
            switch (pair.DecodeName().Span)
            {
                case "transport":
                    transport = Join(transport, value);
                    break;
                case "sid":
                    id = Join(id, value);
                    break;
                case "EIO":
                    version = Join(version, value);
                    break;
            }
        }

        return new EngineQuery(transport, id, version);
    }

    public static FlatDictionary All(QueryString query)
    {
        var all = new List<KeyValuePair<string, string>>(4);
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            var at = all.FindIndex(known => string.Equals(known.Key, name, StringComparison.Ordinal));
            if (at < 0)
            {
                all.Add(KeyValuePair.Create(name, value));
            }
            else
            {
                all[at] = KeyValuePair.Create(name, Join(all[at].Value, value));
            }
        }

        return new FlatDictionary([.. all], StringComparer.Ordinal);
    }

    private static string Join(string first, string second) => first.Length is 0 ? second : $"{first},{second}";
}
