using System.Runtime.ExceptionServices;
using Ecodrix.Storage;

namespace Ecodrix.Server.Http;

/// <summary>Stands for a tenant's database that did not answer: whoever asks anything of it is told so.</summary>
internal sealed class UnreachableDatabase(TenantId tenant, DatabaseUnavailableException why) : ITenantDatabase
{
    public TenantId Tenant => tenant;

    public IDocuments<T> Documents<T>()
        where T : class, IDocument<T>
    {
        ExceptionDispatchInfo.Throw(why);
        throw why;
    }
}

/// <summary>On routes that serve a tenant whose database is down; all others answer 503.</summary>
internal sealed record WorksWithoutDatabase;
