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

    private static void Check(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"The code's {name} is {value}; it must be between {least} and {most}.");
    }
}
