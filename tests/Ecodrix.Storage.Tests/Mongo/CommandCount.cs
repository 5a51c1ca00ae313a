using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver.Core.Configuration;
using MongoDB.Driver.Core.Events;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>Hears each command that the driver sends.</summary>
internal sealed class CommandCount
{
    // What keeps a connection up is not asked for by anyone.
    private static readonly string[] Housekeeping = ["isMaster", "hello", "ping", "buildInfo", "endSessions", "getLastError", "saslStart", "saslContinue"];

    private readonly ConcurrentQueue<(string Name, BsonDocument Command)> sent = [];

    /// <summary>The names since the last <see cref="Clear"/>, in order.</summary>
    public IReadOnlyList<string> Names => [.. sent.Select(one => one.Name)];

    public IReadOnlyList<BsonDocument> Commands => [.. sent.Select(one => one.Command)];

    public void Watch(ClusterBuilder builder) => builder.Subscribe<CommandStartedEvent>(started =>
    {
        if (!Housekeeping.Contains(started.CommandName, StringComparer.OrdinalIgnoreCase))
        {
            sent.Enqueue((started.CommandName, started.Command.DeepClone().AsBsonDocument));
        }
    });

    public void Clear() => sent.Clear();
}
