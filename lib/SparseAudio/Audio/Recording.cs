using System.Buffers;

namespace SparseAudio.Audio;

/// <summary>
/// An open audio file as mono at one sample rate. Any part can be read, and reading it takes memory for that part only.
/// Not for use from two threads at once.
/// </summary>
public sealed class Recording : IDisposable
{
    /// <summary>The sample rate of the models.</summary>
    public const int DefaultSampleRate = 22050;

    private const int BlockFrames = 1 << 14;
    private readonly FrameSource _source;
    private readonly Resampler? _resampler;
    private float[] _block;
    private float[] _window = [];
    private long _windowStart;
    private int _windowLength;

    private Recording(FrameSource source, string path, int sampleRate)
    {
        _source = source;
        _resampler = source.SampleRate == sampleRate ? null : new Resampler(source.SampleRate, sampleRate);
        _block = ArrayPool<float>.Shared.Rent(BlockFrames * source.Channels);
        Path = path;
        SampleRate = sampleRate;
        Length = _resampler?.OutputLength(source.Frames) ?? source.Frames;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Samples a second as they are read.</summary>
    public int SampleRate { get; }

    /// <summary>Samples that can be read, at <see cref="SampleRate"/>.</summary>
    public long Length { get; }

    /// <summary>Length in seconds.</summary>
    public double DurationSeconds => (double)Length / SampleRate;

    /// <summary>WAV, FLAC, Ogg or MP3.</summary>
    public string Format => _source.Format;

    /// <summary>Samples a second in the file.</summary>
    public int SourceRate => _source.SampleRate;

    /// <summary>Channels in the file; they are averaged.</summary>
    public int SourceChannels => _source.Channels;

    /// <summary>What is odd about the file, such as a missing end; empty for a sound file.</summary>
    public IReadOnlyList<string> Warnings => _source.Warnings;

    /// <summary>Whether the file stores floating point, the only storage that can hold NaN.</summary>
    internal bool IsFloat => _source.IsFloat;

    /// <summary>Opens a WAV (8 to 32 bit, floating point, extensible), FLAC, Ogg or MP3 file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRate">Samples a second to convert to.</param>
    /// <exception cref="AudioFileException">The file is missing, unreadable or no audio.</exception>
    public static Recording Open(string path, int sampleRate = DefaultSampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        return new Recording(FrameSource.Open(path), path, sampleRate);
    }

    /// <summary>Reads a part.</summary>
    /// <param name="start">The first sample, at <see cref="SampleRate"/>.</param>
    /// <param name="destination">Receives the samples; as many as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the recording.</exception>
    /// <exception cref="AudioFileException">The file is damaged there, or vanished.</exception>
    public void Read(long start, Span<float> destination)
    {
        if (start < 0 || start > Length - destination.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"samples {start} to {start + destination.Length} of '{Path}' ({Length} samples) do not exist");
        }

        if (destination.IsEmpty)
            return;

        try
        {
            var (first, end) = _resampler?.InputRange(start, destination.Length) ?? (start, start + destination.Length);
            LoadWindow(first, end);
            var window = _window.AsSpan(0, _windowLength);
            if (_resampler is null)
            {
                window.CopyTo(destination);
            }
            else
            {
                _resampler.Process(window, _windowStart, start, destination);
            }
        }
        catch (IOException e)
        {
            _windowLength = 0;
            throw new AudioFileException(Path, e.Message, cause: e);
        }
        catch (AudioFileException)
        {
            _windowLength = 0;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        ReturnBuffers();
    }

    private void ReturnBuffers()
    {
        foreach (var buffer in new[] { _block, _window }) if (buffer.Length > 0) ArrayPool<float>.Shared.Return(buffer);
        (_block, _window, _windowLength) = ([], [], 0);
    }

    /// <summary>Makes the window hold the frames [first, end) as mono, keeping what it has of them already.</summary>
    private void LoadWindow(long first, long end)
    {
        var length = (int)(end - first);
        var windowEnd = _windowStart + _windowLength;
        var kept = first >= _windowStart && first < windowEnd ? (int)Math.Min(windowEnd - first, length) : 0;
        var old = _window.AsSpan((int)(kept == 0 ? 0 : first - _windowStart), kept);
        var outgrown = _window.Length < length ? _window : [];
        if (_window.Length < length)
            _window = ArrayPool<float>.Shared.Rent(length);

        old.CopyTo(_window);
        if (outgrown.Length > 0)
            ArrayPool<float>.Shared.Return(outgrown);

        _windowStart = first;
        _windowLength = length;
        FillMono(first + kept, _window.AsSpan(kept, length - kept));
    }

    private void FillMono(long first, Span<float> mono)
    {
        mono.Clear();
        var from = Math.Clamp(first, 0, _source.Frames);
        var frames = (int)(Math.Clamp(first + mono.Length, from, _source.Frames) - from);
        if (frames == 0)
            return;

        mono = mono.Slice((int)(from - first), frames);
        _source.Seek(from);
        while (!mono.IsEmpty)
        {
            var count = Math.Min(mono.Length, BlockFrames);
            var block = _block.AsSpan(0, count * _source.Channels);
            _source.Read(block);
            Mix(block, _source.Channels, mono[..count]);
            mono = mono[count..];
        }
    }

    private static void Mix(ReadOnlySpan<float> interleaved, int channels, Span<float> mono)
    {
        for (var i = 0; i < mono.Length; i++)
        {
            var sum = 0f;
            foreach (var sample in interleaved.Slice(i * channels, channels))
                sum += sample / channels;

            mono[i] = sum;
        }
    }
}
