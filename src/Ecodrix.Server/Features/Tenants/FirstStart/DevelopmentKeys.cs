using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Keys;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.FirstStart;

/// <summary>What a developer need not set up: an encryption key and an admin key, made beside the services database.</summary>
/// <remarks>In production nothing is made: a missing encryption key stops the start, and without an admin key the admin API is off.</remarks>
internal static class DevelopmentKeys
{
    private const string AdminKeyFile = "admin.key";

    private const string EncryptionKeyFile = "encryption.key";

    private const string Folder = "keys";

    private const string AdminName = "development";

    /// <summary>Where the keys lie when the database is none of this machine's.</summary>
    private const string WithoutFile = "data/services";

    public static Settings Complete(Settings settings) => !settings.IsDevelopment ? settings : settings with
    {
        EncryptionKey = settings.EncryptionKey ?? ReadOrMake(settings, EncryptionKeyFile, EncryptionKeys.NewKey),
        AdminKeys = settings.AdminKeys is [] ? [new AdminKey(AdminName, ReadOrMake(settings, AdminKeyFile, KeyText.NewToken))] : settings.AdminKeys,
    };

    /// <summary>The admin key that a development server on these files made.</summary>
    /// <returns>Null when none was made yet.</returns>
    public static string? FindAdminKey(string database)
    {
        var path = PathOf(database, AdminKeyFile);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private static string PathOf(string database, string file) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(DataSource.FileOf(database) ?? WithoutFile))!, Folder, file);

    private static string ReadOrMake(Settings settings, string file, Func<string> make)
    {
        var path = PathOf(settings.Database, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var key = make();
        using var writer = new StreamWriter(path, options);
        writer.WriteLine(key);
        return key;
    }
}
