using System.Text.Json;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Storage.Sqlite;

/// <summary>One collection of one file.</summary>
internal sealed class SqliteDocuments<T>(DatabaseFile file) : IDocuments<T>
    where T : class, IDocument<T>
{
    private static readonly Table Table = Table.Of<T>();

    public Task<T?> FindAsync(string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return T.Collection.IsFoundOften ? file.FindAsync(Table, id, Find) : file.ReadAsync(Table, connection => Find(connection, id));
    }

    public Task<IReadOnlyList<T>> FindManyAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return file.ReadAsync(Table, IReadOnlyList<T> (connection) => [.. ids.Select(id => Find(connection, id)).OfType<T>()]);
    }

    public Task<bool> TryAddAsync(T document, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var row = Row.Of(document, Table);
        return WriteAsync(document.Id, ShareOf(document), connection => row.Insert(connection, Table));
    }

    public Task<IReadOnlyList<bool>> AddManyAsync(IReadOnlyList<T> documents, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rows = documents.Select(document => Row.Of(document, Table)).ToList();
        return WriteManyAsync(ShareOf(documents), IReadOnlyList<bool> (connection) => rows.Count == 1
            ? [rows[0].Insert(connection, Table)]
            : connection.AllOrNothing(() => rows.ConvertAll(row => row.Insert(connection, Table))));
    }

    public Task<bool> TryReplaceAsync(T next, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var row = Row.Of(next, Table);
        return WriteAsync(next.Id, ShareOf(next), connection => row.Replace(connection, Table));
    }

    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteAsync(id, WriteShare.Nobodys, connection => connection.Change(Table.Delete, [id]) > 0);
    }

    public Task<int> DeleteManyAsync(Condition where, int atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parameters = new SqlParameters();
        var sql = QuerySql.DeleteMany(Table, where, atMost, parameters);
        return WriteManyAsync(WriteShare.Nobodys, connection => connection.Change(sql, parameters.Values));
    }

    public Task<IReadOnlyList<T>> QueryAsync(DocumentQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parameters = new SqlParameters();
        var sql = QuerySql.Select(Table, query, parameters);
        return file.ReadAsync(Table, IReadOnlyList<T> (connection) => connection.Read(sql, parameters.Values, row => Document(row)));
    }

    public Task<int> CountAsync(Condition? where, int atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parameters = new SqlParameters();
        var sql = QuerySql.Count(Table, where, atMost, parameters);
        return file.ReadAsync(Table, connection => (int)connection.Read(sql, parameters.Values, row => row.Integer(0))[0]);
    }

    public Task<IReadOnlyList<GroupRow>> GroupAsync(Grouping grouping, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parameters = new SqlParameters();
        var sql = GroupSql.Of(Table, grouping, parameters);
        var (keys, figures) = (grouping.By.Count, grouping.Aggregates.Count);
        return file.ReadAsync(Table, IReadOnlyList<GroupRow> (connection) => connection.Read(sql, parameters.Values, row => new GroupRow(
            [.. Enumerable.Range(0, keys).Select(row.Text)],
            [.. Enumerable.Range(keys, figures).Select(row.Number)])));
    }

    private Task<TResult> WriteAsync<TResult>(string id, WriteShare share, Func<Connection, TResult> work) =>
        T.Collection.IsFoundOften ? file.WriteFoundOftenAsync(Table, id, work) : file.WriteAsync(Table, share, work);

    private Task<TResult> WriteManyAsync<TResult>(WriteShare share, Func<Connection, TResult> work) =>
        T.Collection.IsFoundOften ? file.WriteFoundOftenAsync(Table, null, work) : file.WriteAsync(Table, share, work);

    private static WriteShare ShareOf(T document) => new(T.Collection.OwnerOf?.Invoke(document), 1);

    // What is added together is taken to be of one owner.
    private static WriteShare ShareOf(IReadOnlyList<T> documents) =>
        documents.Count == 0 ? WriteShare.Nobodys : ShareOf(documents[0]) with { Rows = documents.Count };

    private static T? Find(Connection connection, string id)
    {
        var statement = connection.Prepared(Table.Find);
        try
        {
            statement.Bind(1, id);
            return statement.Step() ? Document(statement) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static T Document(Statement row) => JsonSerializer.Deserialize(row.Utf8(0), T.Collection.Json)!;
}
