using Ecodrix.Server.Features.Realtime.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Server.Tests.Realtime;

/// <summary>A server of which the tests see what is delivered.</summary>
public sealed class RealtimeServer : ServerFixture
{
    public RealtimeServer() => With(services => services.AddSingleton<ILiveOutlet>(Outlet));

    internal RecordingOutlet Outlet { get; } = new();
}
