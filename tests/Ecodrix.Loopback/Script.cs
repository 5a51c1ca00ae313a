using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.Loopback;

/// <summary>What a stand-in does with coming requests instead of what it would do. Each step serves one request.</summary>
public sealed class Script
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _steps = new();

    /// <summary>Reads the request and then closes the connection without an answer.</summary>
    public void HangUp() => _steps.Enqueue(static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Reads the request and answers nothing until the caller gives up.</summary>
    public void SayNothing() => _steps.Enqueue(static async context =>
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    });

    public void Answer(int status, string body, params (string Name, string Value)[] headers) => _steps.Enqueue(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return context.Response.WriteAsync(body, context.RequestAborted);
    });

    public void Do(Func<HttpContext, Task> step) => _steps.Enqueue(step);

    internal bool TryNext(out Func<HttpContext, Task> step) => _steps.TryDequeue(out step!);
}
