using Ecodrix.Server.Configuration;

namespace Ecodrix.Server.Features.Tenants.Secrets;

/// <summary>Stops a start that could not read what is stored, before anything is served.</summary>
internal sealed class EncryptionKeyStart(EncryptionKeyCheck check) : IHostedService
{
    /// <exception cref="WrongSettingException">A key that stored secrets are sealed with is not configured.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await check.EnterAsync(cancellationToken) is { Count: > 0 } missing)
        {
            throw new WrongSettingException(
                "ECODRIX_ENCRYPTION_KEY",
                $"must also hold the key {string.Join(", ", missing)}, with which stored secrets are encrypted (behind the first, which encrypts)");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
