using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>One database: its collections, and what stands between them and whoever uses them.</summary>
/// <param name="name">What a failure's sentence calls it: a tenant, or <c>services</c>.</param>
internal sealed partial class MongoStore(IMongoDatabase database, string name, ILogger logger)
{
    /// <summary>How long a request waits for an answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2.8);

    /// <summary>How long what reads much may take: figures over a month, a batch to delete.</summary>
    public static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Lazy<MongoTable>> tables = new(StringComparer.Ordinal);

    public IMongoDatabase Database => database;

    public string Name => name;

    /// <summary>The longest that a write that came now would wait in any collection.</summary>
    public TimeSpan ExpectedWait => tables.Values.Where(table => table.IsValueCreated).Select(table => table.Value.Writer.ExpectedWait).DefaultIfEmpty().Max();

    public MongoTable Table(Layout layout) =>
        tables.GetOrAdd(layout.Name, static (_, own) => new Lazy<MongoTable>(() => new MongoTable(own.Self, own.layout)), (Self: this, layout)).Value;

    /// <summary>Lets indexes that are being made come to an end.</summary>
    public Task RestAsync() => Task.WhenAll(tables.Values.Where(table => table.IsValueCreated).Select(table => table.Value.Indexed));

    /// <summary>Does what may be done twice: after a broken connection it is.</summary>
    /// <param name="limit">After it the database is taken not to answer.</param>
    public async Task<TResult> UseAsync<TResult>(Func<CancellationToken, Task<TResult>> use, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        try
        {
            return await OnceOrAgainAsync(use, limited.Token);
        }
        catch (Exception failure) when (MongoUnavailability.Covers(failure) || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw MongoUnavailability.Of(name, failure);
        }
    }

    // The second time asks for a server that answers, and waits for one.
    private static async Task<TResult> OnceOrAgainAsync<TResult>(Func<CancellationToken, Task<TResult>> use, CancellationToken cancellationToken)
    {
        try
        {
            return await use(cancellationToken);
        }
        catch (Exception failure) when (MongoUnavailability.MayPass(failure) && !cancellationToken.IsCancellationRequested)
        {
            return await use(cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The indexes of {Collection} of {Database} could not be made; the next write tries again.")]
    public partial void LogIndexesFailed(string collection, string database, Exception failure);

    [LoggerMessage(LogLevel.Error, "The indexes of {Collection} of {Database} are declared otherwise than they stand; queries may be slow until someone drops the old ones.")]
    public partial void LogIndexesDiffer(string collection, string database, Exception failure);
}
