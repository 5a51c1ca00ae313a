namespace Ecodrix.Storage;

/// <summary>Where documents are kept. A URI's scheme says with what: <c>sqlite:</c> and a path, which counts from the current directory when it is relative; <c>mongodb://</c> or <c>mongodb+srv://</c>, a host and a database.</summary>
/// <remarks>The two may differ: services on one and tenants on the other.</remarks>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>The services' database.</summary>
    public string Services { get; set; } = "sqlite:data/services.db";

    /// <summary>The tenants' databases: <c>{code}</c> stands for the tenant.</summary>
    public string Tenants { get; set; } = "sqlite:data/tenants/{code}.db";

    /// <summary>How many connections this process opens to each server of a MongoDB cluster, whatever the number of tenants there; 1 or more.</summary>
    public int MostConnections { get; set; } = 64;
}
