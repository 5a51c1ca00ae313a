namespace Ecodrix.Storage.Sqlite;

/// <summary>The writer has as much before it as it may have; the write was not taken. The session goes on.</summary>
internal sealed class TooManyWritesException : Exception;
