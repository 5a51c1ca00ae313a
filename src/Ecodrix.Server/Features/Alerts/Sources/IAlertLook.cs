namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Looks for one kind of matter from time to time, in each process on its own: a slow look holds up no other.</summary>
internal interface IAlertLook
{
    TimeSpan Every { get; }

    /// <exception cref="Storage.DatabaseUnavailableException">The services database does not answer; the next look sees what this one has not.</exception>
    Task LookAsync(CancellationToken cancellationToken);
}
