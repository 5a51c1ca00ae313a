using System.Globalization;
using System.Text;
using Ecodrix.Channels.Media;

namespace Ecodrix.Server.Features.Restores.Epochs;

/// <summary>Marks as small objects: in the bucket or the folder of <c>ECODRIX_STORAGE</c>, else beside the services database.</summary>
internal sealed class ObjectMarks(IObjectStore store) : IEpochMarks
{
    private const int Longest = 32;

    public async Task<long?> ReadAsync(string database, CancellationToken cancellationToken)
    {
        await using var mark = await store.GetAsync(KeyOf(database), cancellationToken);
        if (mark is null)
        {
            return null;
        }

        var bytes = new byte[Longest];
        var read = await mark.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return long.TryParse(Encoding.ASCII.GetString(bytes, 0, read).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new IOException($"{KeyOf(database)} holds no number.");
    }

    public async Task WriteAsync(string database, long number, CancellationToken cancellationToken)
    {
        using var mark = new MemoryStream(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        await store.PutAsync(KeyOf(database), mark, "text/plain", cancellationToken);
    }

    private static string KeyOf(string database) => $"epochs/{database}";
}
