using System.Globalization;
using System.Text;

namespace Ecodrix.Server.Features.Restores.Epochs;

/// <summary>Marks as files of a folder: <c>ECODRIX_STORAGE</c> where it names one, else beside the services database.</summary>
internal sealed class FolderMarks(string folder) : IEpochMarks
{
    public async Task<long?> ReadAsync(string database, CancellationToken cancellationToken)
    {
        var path = PathOf(database);
        if (!File.Exists(path))
        {
            return null;
        }

        var text = await File.ReadAllTextAsync(path, cancellationToken);
        return long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new IOException($"{path} holds no number.");
    }

    public async Task WriteAsync(string database, long number, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = PathOf(database);
            var unfinished = path + ".new";
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                await file.WriteAsync(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{folder} cannot be written.", refused);
        }
    }

    private string PathOf(string database) => Path.Combine(folder, database);
}
