namespace SparseAudio.Audio;

/// <summary>
/// Frames of a compressed file, decoded by libsndfile. Only FLAC is entered in the middle: libsndfile's Ogg seeks land
/// beside the place they report (seen near page ends), and after MP3 seeks mpg123 complains on stderr about frames that
/// refer to others before them. Those two are decoded from the start up to the place instead.
/// </summary>
internal sealed class DecodedFrames : FrameSource
{
    private const int SkipFrames = 1 << 12;
    private readonly float[] _skipped;
    private readonly List<string> _warnings = [];
    private SoundFileReader _reader;
    private long _frame;

    public DecodedFrames(string path, string format)
        : base(path)
    {
        Format = format;
        _reader = OpenReader(path, format);
        try
        {
            AudioLimits.Check(path, Channels, SampleRate);
            if (format == AudioKind.Ogg) CheckPages();
            _skipped = new float[SkipFrames * Channels];
            Frames = UsableFrames(_reader.Frames);
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

    public override void Seek(long frame)
    {
        if (frame != _frame && !TrySeek(frame))
            throw Damaged(frame, null);
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

    private void CheckPages()
    {
        using var file = File.OpenRead(Path);
        var pages = OggPages.Read(file);
        if (pages.IsChain)
        {
            throw new AudioFileException(
                Path, "a chain of several Ogg streams, of which only the first would be read", remedy: "join them: ffmpeg -i IN.ogg OUT.flac");
        }

        if (pages.IsCutOff) _warnings.Add("truncated or damaged: the page that ends the stream is missing; what can be decoded is used");
    }

    private static SoundFileReader OpenReader(string path, string format)
    {
        try
        {
            return new SoundFileReader(path, silent: format == AudioKind.Mp3);
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

    /// <summary>What a FLAC header says if the last frame is really there, otherwise what decoding the file yields.</summary>
    private long UsableFrames(long claimed)
    {
        var last = new float[Channels];
        if (Format == AudioKind.Flac && claimed > 0 && TrySeek(claimed - 1) && TryRead(last) == last.Length)
            return claimed;

        Rewind();
        var there = Skip(long.MaxValue);
        if (there == 0)
            throw new AudioFileException(Path, $"no {Format} audio can be decoded", remedy: "copy or export it again");

        if (there < claimed)
            _warnings.Add($"truncated or damaged: {there} of {claimed} frames can be decoded and are used");

        return there;
    }

    private bool TrySeek(long frame)
    {
        if (Format != AudioKind.Flac)
        {
            if (frame < _frame)
                Rewind();

            return Skip(frame - _frame) == frame;
        }

        try
        {
            _frame = _reader.Seek(frame);
            return _frame == frame;
        }
        catch (SoundFileException)
        {
            return false;
        }
    }

    private void Rewind()
    {
        _reader.Dispose();
        _reader = OpenReader(Path, Format);
        _frame = 0;
    }

    /// <summary>Decodes frames and forgets them; returns the place reached.</summary>
    private long Skip(long frames)
    {
        for (var got = -1; frames > 0 && got != 0; frames -= got)
        {
            got = TryRead(_skipped.AsSpan(0, (int)Math.Min(frames, SkipFrames) * Channels)) / Channels;
            _frame += got;
        }

        return _frame;
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
