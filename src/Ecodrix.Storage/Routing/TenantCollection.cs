using Microsoft.Extensions.DependencyInjection;

namespace Ecodrix.Storage.Routing;

/// <summary>One kind of document that tenants' databases hold. All of them together are what is moved, and what is erased in a client's own database.</summary>
public abstract class TenantCollection
{
    /// <summary>As the database calls it.</summary>
    public abstract string Name { get; }

    internal abstract Type Type { get; }
}

internal sealed class TenantCollection<T> : TenantCollection
    where T : class, IDocument<T>
{
    public override string Name => T.Collection.Name;

    internal override Type Type => typeof(T);
}

public static class TenantCollections
{
    /// <summary>Names a kind of document that is kept in tenants' databases.</summary>
    public static IServiceCollection AddTenantDocuments<T>(this IServiceCollection services)
        where T : class, IDocument<T> => services.AddSingleton<TenantCollection, TenantCollection<T>>();
}
