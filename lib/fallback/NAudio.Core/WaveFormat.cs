namespace NAudio.Wave;

/// <summary>How the samples of a wave are stored.</summary>
public enum WaveFormatEncoding : ushort
{
    /// <summary>Integers: unsigned for 8 bits, signed and little-endian above.</summary>
    Pcm = 0x0001,

    /// <summary>IEEE 754 floating point.</summary>
    IeeeFloat = 0x0003,
}

/// <summary>Rate, channel count and sample storage of a wave.</summary>
public class WaveFormat
{
    /// <summary>Integer PCM.</summary>
    public WaveFormat(int rate, int bits, int channels)
        : this(WaveFormatEncoding.Pcm, rate, channels, bits, channels * (bits / 8))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
    }

    private WaveFormat(WaveFormatEncoding encoding, int rate, int channels, int bits, int blockAlign)
    {
        Encoding = encoding;
        SampleRate = rate;
        Channels = channels;
        BitsPerSample = bits;
        FrameBytes = blockAlign;
    }

    /// <summary>How the samples are stored.</summary>
    public WaveFormatEncoding Encoding { get; }

    /// <summary>Interleaved channels.</summary>
    public int Channels { get; }

    /// <summary>Frames a second.</summary>
    public int SampleRate { get; }

    /// <summary>Bits of one sample of one channel.</summary>
    internal int BitsPerSample { get; }

    internal int FrameBytes { get; }

    /// <summary>32-bit floating point.</summary>
    public static WaveFormat CreateIeeeFloatWaveFormat(int sampleRate, int channels) =>
        new(WaveFormatEncoding.IeeeFloat, sampleRate, channels, 32, 4 * channels);

    /// <summary>Any combination of fields.</summary>
    public static WaveFormat CreateCustomFormat(
        WaveFormatEncoding tag, int sampleRate, int channels, int averageBytesPerSecond, int blockAlign, int bitsPerSample) =>
        averageBytesPerSecond == sampleRate * blockAlign
            ? new(tag, sampleRate, channels, bitsPerSample, blockAlign)
            : throw new ArgumentException("The stand-in keeps no byte rate of its own.", nameof(averageBytesPerSecond));
}
