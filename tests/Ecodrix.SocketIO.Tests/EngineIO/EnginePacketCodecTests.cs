using CsCheck;
using Ecodrix.SocketIO.EngineIO;

namespace Ecodrix.SocketIO.Tests.EngineIO;

public sealed class EnginePacketCodecTests
{
    [Theory]
    [InlineData("0{\"sid\":\"x\"}", 0, "{\"sid\":\"x\"}")]
    [InlineData("1", 1, "")]
    [InlineData("2", 2, "")]
    [InlineData("2probe", 2, "probe")]
    [InlineData("3probe", 3, "probe")]
    [InlineData("4hello", 4, "hello")]
    [InlineData("42[\"a\"]", 4, "2[\"a\"]")]
    [InlineData("5", 5, "")]
    [InlineData("6", 6, "")]
    public void A_frame_is_its_type_and_the_rest(string frame, int type, string content)
    {
        var packet = new EnginePacket.Text((EnginePacketType)type, content);

        EnginePacketCodec.DecodeText(frame).ShouldBe(packet);
        EnginePacketCodec.Encode(packet).ShouldBe(frame);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("bAQID")]
    public void What_is_no_packet_is_refused_as_a_frame(string frame) => EnginePacketCodec.DecodeText(frame).ShouldBeNull();

    [Fact]
    public void A_payload_joins_packets_and_marks_binary()
    {
        EnginePacket[] packets = [new EnginePacket.Text(EnginePacketType.Message, "a"), new EnginePacket.Binary(new byte[] { 1, 2, 3, 4 }), new EnginePacket.Text(EnginePacketType.Ping, "")];

        var payload = EnginePacketCodec.EncodePayload(packets);

        payload.ShouldBe("4a\u001ebAQIDBA==\u001e2");
        EnginePacketCodec.DecodePayload(payload).ShouldBe(packets);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4a\u001e")]
    [InlineData("\u001e4a")]
    [InlineData("4a\u001e\u001e4b")]
    [InlineData("4a\u001e9")]
    [InlineData("4a\u001ebAQI")]
    [InlineData("bAQI=\n")]
    [InlineData("b AQI=")]
    [InlineData("b****")]
    [InlineData("b_-==")]
    public void A_payload_with_one_bad_packet_is_refused_whole(string payload) => EnginePacketCodec.DecodePayload(payload).ShouldBeNull();

    [Fact]
    public void Every_payload_comes_back_as_it_was() =>
        Packet.Array[1, 8].Sample(packets => EnginePacketCodec.DecodePayload(EnginePacketCodec.EncodePayload(packets)).ShouldBe(packets));

    [Fact]
    public void No_text_whatever_makes_the_decoder_throw() =>
        Gen.String.Sample(text =>
        {
            EnginePacketCodec.DecodeText(text);
            EnginePacketCodec.DecodePayload(text);
            EnginePacketCodec.DecodePayload("b" + text);
        });

    private static readonly Gen<EnginePacket> Packet = Gen.OneOf<EnginePacket>(
        Gen.Select(Gen.Int[0, 6], Gen.String.Where(text => !text.Contains(EnginePacketCodec.Separator, StringComparison.Ordinal)))
            .Select((type, content) => (EnginePacket)new EnginePacket.Text((EnginePacketType)type, content)),
        Gen.Byte.Array[0, 20].Select(bytes => (EnginePacket)new EnginePacket.Binary(bytes)));
}
