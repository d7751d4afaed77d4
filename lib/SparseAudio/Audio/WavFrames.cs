using NAudio.Wave;

namespace SparseAudio.Audio;

/// <summary>Frames of a WAV file.</summary>
internal sealed class WavFrames : FrameSource
{
    private readonly FileStream _file;
    private readonly WavHeader _header;
    private readonly ISampleProvider _samples;
    private long _frame;

    public WavFrames(FileStream file, string path)
        : base(path)
    {
        _file = file;
        _header = WavHeader.Read(file, path);
        _samples = new RawSourceWaveStream(file, _header.Format).ToSampleProvider();
        Seek(0);
    }

    public override string Format => AudioKind.Wav;

    public override int Channels => _header.Format.Channels;

    public override int SampleRate => _header.Format.SampleRate;

    public override long Frames => _header.Frames;

    public override bool IsFloat => _header.Format.Encoding == WaveFormatEncoding.IeeeFloat;

    public override IReadOnlyList<string> Warnings => _header.Warnings;

    public override void Seek(long frame)
    {
        _frame = frame;
        _file.Position = _header.DataStart + (frame * _header.FrameBytes);
    }

    public override int Read(Span<float> samples)
    {
        var left = (Frames - _frame) * Channels;
        var wanted = samples[..(int)Math.Min(samples.Length, left)];
        var got = ReadFully(_samples, wanted);
        if (got < wanted.Length)
            throw new AudioFileException(Path, "the file became shorter while it was read", _file.Position, "copy it again");

        for (var i = 0; IsFloat && i < got; i++)
        {
            if (!float.IsFinite(samples[i]))
            {
                var frameBytes = _header.FrameBytes / Channels;
                var at = _header.DataStart + (_frame * _header.FrameBytes) + ((long)i * frameBytes);
                throw new AudioFileException(Path, $"a sample is {samples[i]}", at, "export it again");
            }
        }

        _frame += got / Channels;
        return got;
    }

    public override void Dispose() => _file.Dispose();
}
