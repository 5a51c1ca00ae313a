using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>Which of MongoDB's failures are states of the world, and the sentence for each. None names an address.</summary>
internal static class MongoUnavailability
{
    private const string NoAnswer = "does not answer";
    private const string NoPrimary = "has no primary at the moment";

    /// <summary>False when the failure is a bug of ours and not the world's.</summary>
    public static bool Covers(Exception failure) => failure is DatabaseUnavailableException || Words(failure) is not null;

    public static DatabaseUnavailableException Of(string database, Exception failure) => failure as DatabaseUnavailableException
        ?? new DatabaseUnavailableException($"The database of {database} {Words(failure) ?? NoAnswer}.", failure);

    /// <summary>Whether the same may succeed a moment later. It may have been done already.</summary>
    public static bool MayPass(Exception failure) => failure switch
    {
        MongoAuthenticationException => false,
        MongoConnectionException or MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoConnectionPoolPausedException => true,
        MongoBulkWriteException { WriteConcernError: not null } => true,
        MongoCommandException command => Words(command.Code) is NoPrimary,
        _ => false,
    };

    /// <summary>Of a single write's error.</summary>
    public static bool Covers(int code) => Words(code) is not null;

    private static string? Words(Exception failure) => failure switch
    {
        MongoAuthenticationException => "refuses the credentials",
        MongoNotPrimaryException or MongoNodeIsRecoveringException => NoPrimary,
        MongoWaitQueueFullException or MongoConnectionPoolPausedException => NoAnswer,
        MongoExecutionTimeoutException => NoAnswer,
        MongoBulkWriteException { WriteConcernError: not null } => "cannot make a write durable",
        MongoConnectionException or TimeoutException => NoAnswer,
        MongoCommandException command => Words(command.Code),
        _ => null,
    };

    private static string? Words(int code) => code switch
    {
        13 or 18 or 8000 => "refuses the credentials",
        91 or 189 or 10107 or 11600 or 11602 or 13435 or 13436 => NoPrimary,
        6 or 7 or 50 or 89 or 9001 or 202 or 262 => NoAnswer,
        64 or 100 => "cannot make a write durable",
        14031 => "cannot be written: the disk is full",
        _ => null,
    };
}
