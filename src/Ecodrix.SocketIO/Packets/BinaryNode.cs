using System.Text.Json.Nodes;

namespace Ecodrix.SocketIO.Packets;

/// <summary>Binary inside a JSON tree: a value node that holds bytes, and leaves as a placeholder with an attachment behind the packet.</summary>
public static class BinaryNode
{
    /// <param name="bytes">Kept as they are and not copied: do not change them afterwards.</param>
    public static JsonValue Of(byte[] bytes) => JsonValue.Create(new Attachment(bytes), AttachmentTypes.Default.Attachment)!;

    /// <returns>False for every node that holds no binary.</returns>
    public static bool TryGet(JsonNode? node, out byte[] bytes)
    {
        if (node is JsonValue value && value.TryGetValue<Attachment>(out var attachment))
        {
            bytes = attachment.Bytes;
            return true;
        }

        bytes = [];
        return false;
    }
}

/// <summary>A type of its own, so that no text can be taken for binary.</summary>
internal sealed record Attachment(byte[] Bytes);

[System.Text.Json.Serialization.JsonSerializable(typeof(Attachment))]
internal sealed partial class AttachmentTypes : System.Text.Json.Serialization.JsonSerializerContext;
