using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>One document that waits to be written with others; its outcome is its own.</summary>
internal sealed class MongoWrite
{
    // Not on the writer's thread: what follows there would hold up every other write.
    private readonly TaskCompletionSource<bool> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MongoWrite(BsonValue id, long version, ObjectId token, WriteModel<RawBsonDocument> model)
    {
        Id = id;
        Version = version;
        Token = token;
        Model = model;
    }

    public BsonValue Id { get; }

    /// <summary>Whose it is; null when it is nobody's in particular.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was handed over, for whoever measures; 0 when nobody does.</summary>
    public long Since { get; } = StorageTelemetry.Now();

    /// <summary>The version that the document has once this is written.</summary>
    public long Version { get; }

    /// <summary>Stands in the document from now on, until the next write.</summary>
    public ObjectId Token { get; }

    public WriteModel<RawBsonDocument> Model { get; }

    public bool IsInsert => Model is InsertOneModel<RawBsonDocument>;

    /// <summary>Whether it was written.</summary>
    public Task<bool> Outcome => outcome.Task;

    public static MongoWrite Insert(string id, long version, ObjectId token, byte[] document, string? owner = null) =>
        new(StoredId.Of(id), version, token, new InsertOneModel<RawBsonDocument>(new RawBsonDocument(document))) { Owner = owner };

    /// <param name="filter">Meets the document whose stored version is one less.</param>
    public static MongoWrite Replace(string id, long version, ObjectId token, BsonDocument filter, byte[] document, string? owner = null) =>
        new(StoredId.Of(id), version, token, new ReplaceOneModel<RawBsonDocument>(filter, new RawBsonDocument(document))) { Owner = owner };

    public void Settle(bool written) => outcome.TrySetResult(written);

    public void Fail(Exception cause) => outcome.TrySetException(cause);
}
