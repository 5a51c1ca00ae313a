namespace Ecodrix.SocketIO.EngineIO;

/// <summary>What an Engine.IO v4 packet is; the value is its character on the wire.</summary>
internal enum EnginePacketType
{
    Open = 0,
    Close = 1,
    Ping = 2,
    Pong = 3,
    Message = 4,
    Upgrade = 5,
    Noop = 6,
}

/// <summary>One Engine.IO packet. Only a message may be binary, and then it has no type character on the wire.</summary>
internal abstract record EnginePacket(EnginePacketType Type)
{
    /// <summary>A packet of text, which may be empty.</summary>
    public sealed record Text(EnginePacketType Type, string Content) : EnginePacket(Type);

    /// <summary>A binary message.</summary>
    public sealed record Binary(byte[] Content) : EnginePacket(EnginePacketType.Message)
    {
        public bool Equals(Binary? other) => other is not null && Content.AsSpan().SequenceEqual(other.Content);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(Content);
            return hash.ToHashCode();
        }
    }
}
