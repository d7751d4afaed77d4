namespace NAudio.Wave;

/// <summary>A stream of audio bytes that knows its format.</summary>
public abstract class WaveStream : Stream, IWaveProvider
{
    /// <inheritdoc/>
    public abstract WaveFormat WaveFormat { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <inheritdoc/>
    public override void SetLength(long length) => throw new NotSupportedException("A wave stream cannot be resized.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A wave stream cannot be written.");
}

/// <summary>Gives a plain stream of samples a wave format.</summary>
public class RawSourceWaveStream : WaveStream
{
    private readonly Stream _source;

    /// <summary>Wraps a stream; bytes are passed on as they come.</summary>
    public RawSourceWaveStream(Stream sourceStream, WaveFormat waveFormat)
    {
        _source = sourceStream;
        WaveFormat = waveFormat;
    }

    /// <inheritdoc/>
    public override WaveFormat WaveFormat { get; }

    /// <inheritdoc/>
    public override long Length => _source.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _source.Position;
        set => _source.Position = value - (value % WaveFormat.FrameBytes);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => _source.Read(buffer);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
