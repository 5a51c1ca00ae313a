using Microsoft.Extensions.Logging;

namespace Ecodrix.Engine.Jobs;

/// <summary>Whose work a log line is about: ids that every line logged meanwhile carries as fields.</summary>
internal static class LogScopes
{
    private static readonly Func<ILogger, string, string, IDisposable?> Event = LoggerMessage.DefineScope<string, string>("Tenant {Tenant}, event {EventId}");
    private static readonly Func<ILogger, string, string, IDisposable?> Job = LoggerMessage.DefineScope<string, string>("Tenant {Tenant}, work {WorkId}");
    private static readonly Func<ILogger, string, IDisposable?> Run = LoggerMessage.DefineScope<string>("Run {RunId}");

    /// <returns>To be disposed with the work; null when nobody keeps scopes.</returns>
    public static IDisposable? Of(ILogger logger, WorkItem work) => (work.Event is null ? Job : Event)(logger, work.Tenant, work.Id);

    /// <returns>Null, too, where there is no run.</returns>
    public static IDisposable? OfRun(ILogger logger, string? runId) => runId is null ? null : Run(logger, runId);
}
