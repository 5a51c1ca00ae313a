using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ecodrix.Server.Tests;

/// <summary>Keeps every log line of a server with the scopes around it, so that a test can look for what must not be in one.</summary>
public sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> lines = new();

    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Capture(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    private static string Text(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> values ? $"{state} [{string.Join(", ", values)}]" : $"{state}";

    private sealed class Capture(LogCapture owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var around = new List<string>();
            owner.scopes.ForEachScope((scope, all) => all.Add(Text(scope)), around);
            owner.lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception} | {Text(state)} | {string.Join(" > ", around)}");
        }
    }
}
