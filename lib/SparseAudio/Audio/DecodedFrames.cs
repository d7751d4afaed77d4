using NAudio.SoundFile;

namespace SparseAudio.Audio;

/// <summary>Frames of a compressed file, decoded by libsndfile.</summary>
internal sealed class DecodedFrames : FrameSource
{
    private const int CountingBlock = 1 << 16;
    private readonly SoundFileReader _reader;
    private readonly List<string> _warnings = [];
    private long _frame;

    public DecodedFrames(string path, string format)
        : base(path)
    {
        Format = format;
        _reader = OpenReader(path, format);
        try
        {
            AudioLimits.Check(path, Channels, SampleRate);
            if (!_reader.CanSeek)
            {
                throw new AudioFileException(path, $"this {format} file allows no seeking", remedy: "export it again");
            }

            Frames = UsableFrames(_reader.Length / FrameBytes);
            Seek(0);
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    public override string Format { get; }

    public override int Channels => _reader.WaveFormat.Channels;

    public override int SampleRate => _reader.WaveFormat.SampleRate;

    public override long Frames { get; }

    public override bool IsFloat => false;

    public override IReadOnlyList<string> Warnings => _warnings;

    private int FrameBytes => Channels * sizeof(float);

    public override void Seek(long frame)
    {
        if (!TrySeek(frame))
        {
            throw Damaged(frame, null);
        }
    }

    public override int Read(Span<float> samples)
    {
        var wanted = samples[..(int)Math.Min(samples.Length, (Frames - _frame) * Channels)];
        try
        {
            var got = ReadFully(_reader, wanted);
            _frame += got / Channels;
            return got == wanted.Length ? got : throw Damaged(_frame, null);
        }
        catch (SoundFileException e)
        {
            throw Damaged(_frame, e);
        }
    }

    public override void Dispose() => _reader.Dispose();

    private static SoundFileReader OpenReader(string path, string format)
    {
        try
        {
            return new SoundFileReader(path);
        }
        catch (SoundFileException e)
        {
            throw new AudioFileException(path, $"not a readable {format} file: {e.Message}", remedy: "export it again", cause: e);
        }
        catch (DllNotFoundException e)
        {
            throw new AudioFileException(
                path, $"{format} needs libsndfile, which is not installed", remedy: "install it (Debian: apt-get install libsndfile1)", cause: e);
        }
    }

    /// <summary>What the header says if the last frame is really there, otherwise what decoding the file yields.</summary>
    private long UsableFrames(long claimed)
    {
        var last = new float[Channels];
        if (claimed > 0 && TrySeek(claimed - 1) && TryRead(last) == last.Length)
        {
            return claimed;
        }

        var there = TrySeek(0) ? CountFrames() : 0;
        if (there == 0)
        {
            throw new AudioFileException(Path, $"no {Format} audio can be decoded", remedy: "copy or export it again");
        }

        _warnings.Add(claimed > 0
            ? $"truncated or damaged: {there} of {claimed} frames can be decoded and are used"
            : $"its length is not stored: {there} frames were counted");
        return there;
    }

    private long CountFrames()
    {
        var block = new float[CountingBlock / Channels * Channels];
        var samples = 0L;
        for (var got = -1; got != 0; samples += got)
        {
            got = TryRead(block);
        }

        return samples / Channels;
    }

    private bool TrySeek(long frame)
    {
        try
        {
            _reader.Position = frame * FrameBytes;
            _frame = frame;
            return _reader.Position == frame * FrameBytes;
        }
        catch (SoundFileException)
        {
            return false;
        }
    }

    private int TryRead(Span<float> samples)
    {
        try
        {
            return ReadFully(_reader, samples);
        }
        catch (SoundFileException)
        {
            return 0;
        }
    }

    private AudioFileException Damaged(long frame, Exception? cause) =>
        new(Path, $"the {Format} data cannot be decoded at frame {frame}", remedy: "copy or export it again", cause: cause);
}
