namespace Ecodrix.Server.Http;

/// <summary>One thing that a key may be allowed (60-admin-config.md). A route says which one it asks for; a key that was made without a list has all.</summary>
internal sealed record KeyScope
{
    /// <summary>Firing events, and seeing and steering what comes of them: events, runs, callbacks, jobs, traces.</summary>
    public static readonly KeyScope Trigger = new("trigger");

    /// <summary>WhatsApp messages and templates.</summary>
    public static readonly KeyScope Messages = new("messages");

    public static readonly KeyScope CrmRead = new("crm:read");

    /// <summary>Without <see cref="CrmRead"/> it writes and reads nothing but the answer.</summary>
    public static readonly KeyScope CrmWrite = new("crm:write");

    public static readonly KeyScope Export = new("export");

    /// <summary>Whatever takes stored data away for good.</summary>
    public static readonly KeyScope Erase = new("erase");

    /// <summary>Rules and sequences, reading included.</summary>
    public static readonly KeyScope Automations = new("automations");

    /// <summary>The client's own account, keys, origins and webhook secret, and its test twin.</summary>
    public static readonly KeyScope Settings = new("settings");

    /// <summary>Sockets, the tokens that open them, and what they missed.</summary>
    public static readonly KeyScope Realtime = new("realtime");

    private KeyScope(string name)
    {
        Name = name;
        Lacking = Errors.Forbidden with { Message = $"The key lacks the scope {name}.", Hint = "Use a key that has it; whoever may make keys makes one." };
    }

    public static IReadOnlyList<KeyScope> All { get; } = [Trigger, Messages, CrmRead, CrmWrite, Export, Erase, Automations, Settings, Realtime];

    /// <summary>On the wire and in the database.</summary>
    public string Name { get; }

    /// <summary>The refusal of a key that lacks it.</summary>
    public Error Lacking { get; }

    /// <returns>Null when no scope has that name.</returns>
    public static KeyScope? Find(string? name) => All.FirstOrDefault(scope => string.Equals(scope.Name, name, StringComparison.Ordinal));

    public override string ToString() => Name;
}

/// <summary>What a key may do.</summary>
/// <param name="names">Null for everything, which no list of names is: a scope that comes later is not in it.</param>
internal sealed class KeyScopes(IReadOnlyList<string>? names)
{
    public static readonly KeyScopes Everything = new(null);

    /// <summary>Null for everything.</summary>
    public IReadOnlyList<string>? Names => names;

    public bool Allow(KeyScope scope) => names is null || names.Contains(scope.Name, StringComparer.Ordinal);
}

/// <summary>On every tenant route. Null: any key will do.</summary>
internal sealed record NeededScope(KeyScope? Scope);

internal static class ScopedRoutes
{
    /// <summary>Only keys with this scope are let in. The last one put on a route counts.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder route, KeyScope scope)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NeededScope(scope));

    /// <summary>Every key of the client is let in, whatever it may do else.</summary>
    public static TBuilder NeedsNoScope<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NeededScope(Scope: null));
}
