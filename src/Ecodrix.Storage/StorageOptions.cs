namespace Ecodrix.Storage;

/// <summary>Where documents are kept. A URI's scheme says with what; a relative path counts from the current directory.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>The services' database.</summary>
    public string Services { get; set; } = "sqlite:data/services.db";

    /// <summary>The tenants' databases: <c>{code}</c> stands for the tenant.</summary>
    public string Tenants { get; set; } = "sqlite:data/tenants/{code}.db";
}
