namespace SparseAudio.Codec;

/// <summary>
/// The grid on which a code's events lie, fixed by the model: <paramref name="Channels"/> channels by frames of
/// <paramref name="Hop"/> samples, cut into segments of <paramref name="SegmentFrames"/> frames that were encoded together.
/// </summary>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Channels">How many channels there are.</param>
/// <param name="Hop">Samples from one frame to the next.</param>
/// <param name="SegmentFrames">Frames of a segment.</param>
public sealed record CodeLayout(int SampleRate = 22050, int Channels = 4096, int Hop = 256, int SegmentFrames = 128)
{
    /// <summary>Samples of a segment.</summary>
    public int SegmentSamples => Hop * SegmentFrames;

    /// <summary>Seconds from one frame to the next.</summary>
    public double SecondsPerFrame => (double)Hop / SampleRate;

    /// <summary>The number of segments that <paramref name="samples"/> samples take.</summary>
    public int SegmentsOf(long samples) => checked((int)((samples + SegmentSamples - 1) / SegmentSamples));

    /// <summary>The number of frames that <paramref name="samples"/> samples take.</summary>
    public long FramesOf(long samples) => (samples + Hop - 1) / Hop;

    /// <summary>The segment that an event begins in.</summary>
    internal int SegmentOf(SoundEvent item) => item.Frame / SegmentFrames;

    /// <summary>Checks that every number is one that a model could have.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is absurd; the message names it.</exception>
    public void Validate()
    {
        Check(SampleRate, 1000, 768_000, nameof(SampleRate));
        Check(Channels, 1, 1 << 20, nameof(Channels));
        Check(Hop, 1, 1 << 16, nameof(Hop));
        Check(SegmentFrames, 1, 1 << 16, nameof(SegmentFrames));
    }

    /// <summary>Checks the grid and the length of a code on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is absurd; the message names it.</exception>
    internal void Validate(long length)
    {
        Validate();
        if (length < 0 || length > (long)int.MaxValue * Hop)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A code cannot be {length} samples long.");
    }

    private static void Check(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"The code's {name} is {value}; it must be between {least} and {most}.");
    }
}

/// <summary>Checks the events and contexts of one code as they come: each alone, and that all have as many numbers as the first.</summary>
/// <param name="layout">The grid of the code.</param>
/// <param name="frames">Frames of the recording.</param>
internal sealed class CodeRules(CodeLayout layout, long frames)
{
    private int? _details;
    private int? _numbers;

    /// <exception cref="ArgumentException">The event lies outside the grid or the recording, or is not a number; the message names it.</exception>
    public void Check(SoundEvent item)
    {
        if (item.Frame < 0 || item.Frame >= frames)
            throw new ArgumentException($"An event lies at frame {item.Frame}; the recording has frames 0 to {frames - 1}.");
        if (item.Channel < 0 || item.Channel >= layout.Channels)
            throw new ArgumentException($"The event at frame {item.Frame} has channel {item.Channel}; the model has channels 0 to {layout.Channels - 1}.");
        if (!float.IsFinite(item.Amplitude) || !float.IsFinite(item.Gain))
            throw new ArgumentException($"The event at frame {item.Frame}, channel {item.Channel}, has an amplitude or gain that is not a finite number.");
        _details ??= item.Details.Length;
        if (item.Details.Length != _details || item.Details.Any(d => !float.IsFinite(d)))
            throw new ArgumentException($"The event at frame {item.Frame}, channel {item.Channel}, does not have {_details} finite details like the first one.");
    }

    /// <exception cref="ArgumentException">The context is of another model than the grid or the contexts before.</exception>
    public void Check(SoundContext context)
    {
        if (!context.Channels.IsEmpty && context.Channels[^1] >= layout.Channels)
            throw new ArgumentException($"A context has a channel above {layout.Channels - 1}, the model's last.");
        _numbers ??= context.Numbers.Length;
        if (context.Numbers.Length != _numbers)
            throw new ArgumentException("The contexts have different counts of numbers; they come from different models.");
    }
}
