using System.Runtime.InteropServices;
using NAudio.Wave;

namespace NAudio.SoundFile;

/// <summary>Any file that libsndfile decodes (FLAC, Ogg Vorbis, MP3, …), as 32-bit floating-point samples.</summary>
public sealed class SoundFileReader : WaveStream, ISampleProvider
{
    private readonly SndFile.Handle _handle;
    private readonly int _frameBytes;
    private long _frame;

    /// <summary>Opens a file.</summary>
    /// <exception cref="SoundFileException">libsndfile cannot read the file.</exception>
    public SoundFileReader(string path)
    {
        var info = default(SndFile.Info);
        var file = SndFile.Open(path, SndFile.ModeRead, ref info);
        if (file == 0)
        {
            throw new SoundFileException(SndFile.Error(0), "sf_open", SndFile.Message(0));
        }

        _handle = new SndFile.Handle(file);
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(info.SampleRate, info.Channels);
        CanSeek = info.Seekable != 0;
        _frameBytes = info.Channels * sizeof(float);
        Length = Math.Max(0, info.Frames) * _frameBytes;
    }

    /// <inheritdoc/>
    public override WaveFormat WaveFormat { get; }

    /// <inheritdoc/>
    public override bool CanSeek { get; }

    /// <summary>Bytes of the decoded samples; 0 where the file does not say.</summary>
    public override long Length { get; }

    /// <summary>Place in the decoded samples, in bytes.</summary>
    /// <exception cref="SoundFileException">The place cannot be reached.</exception>
    public override long Position
    {
        get => _frame * _frameBytes;
        set => _frame = CanSeek
            ? Native(file => SndFile.Seek(file, value / _frameBytes, SndFile.SeekSet), "sf_seek")
            : throw new InvalidOperationException("This source is not seekable");
    }

    /// <inheritdoc/>
    public int Read(Span<float> buffer)
    {
        var frames = buffer.Length / WaveFormat.Channels;
        if (frames == 0)
        {
            return 0;
        }

        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        var got = SndFile.ReadFrames(_handle.DangerousGetHandle(), buffer, frames);
        if (got < 0)
        {
            throw Failure("sf_readf_float");
        }

        _frame += got;
        return (int)got * WaveFormat.Channels;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Read(MemoryMarshal.Cast<byte, float>(buffer)) * sizeof(float);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private long Native(Func<nint, long> call, string function)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        var result = call(_handle.DangerousGetHandle());
        return result >= 0 ? result : throw Failure(function);
    }

    private SoundFileException Failure(string function)
    {
        var file = _handle.DangerousGetHandle();
        return new SoundFileException(SndFile.Error(file), function, SndFile.Message(file));
    }
}
