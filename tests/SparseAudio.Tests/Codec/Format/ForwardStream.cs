namespace SparseAudio.Tests.Codec.Format;

/// <summary>Bytes that come once, a few at a time, as from a pipe.</summary>
internal sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
{
    private const int MostAtOnce = 100;

    public override bool CanSeek => false;

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, MostAtOnce));
}
