using Ecodrix.Engine.Steps;
using Ecodrix.Server.Configuration;
using Ecodrix.Storage;

namespace Ecodrix.Server.Delivery;

/// <summary>By which of a channel's two ways a tenant's effects leave: its own account, or the sandbox.</summary>
/// <param name="Account">Null when the sandbox stands in, and when the channel is not configured.</param>
internal sealed record ChannelChoice<TAccount>(TAccount? Account, bool IsSandbox)
    where TAccount : class
{
    public required TenantId Tenant { get; init; }

    public bool IsConfigured => Account is not null || IsSandbox;

    /// <summary>A test twin has the sandbox always; a live tenant without an account has it in Development only (60-admin-config.md, "Sandbox").</summary>
    public static ChannelChoice<TAccount> Of(TenantId tenant, TAccount? account, Settings settings) =>
        tenant.IsTest ? new(null, IsSandbox: true) { Tenant = tenant }
        : account is not null ? new(account, IsSandbox: false) { Tenant = tenant }
        : new(null, settings.IsDevelopment) { Tenant = tenant };
}

internal static class Providers
{
    public const string Sandbox = "sandbox";
    public const string Meta = "meta";
    public const string Smtp = "smtp";
    public const string Google = "google";

    /// <summary>How a step of a live tenant ends that has no account for its channel.</summary>
    public static StepOutcome.Failed NotConfigured(string channel) =>
        new("NOT_CONFIGURED", $"{channel} is not configured for this client: the operator sets its secrets.");
}
