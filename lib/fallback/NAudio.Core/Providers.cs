namespace NAudio.Wave;

/// <summary>A source of bytes in a known wave format.</summary>
public interface IWaveProvider
{
    /// <summary>The format of the bytes.</summary>
    WaveFormat WaveFormat { get; }

    /// <summary>Fills the buffer as far as there is data; 0 at the end.</summary>
    int Read(Span<byte> buffer);
}

/// <summary>A source of interleaved floating-point samples.</summary>
public interface ISampleProvider
{
    /// <summary>Rate and channels of the samples.</summary>
    WaveFormat WaveFormat { get; }

    /// <summary>Fills the buffer as far as there is data; 0 at the end.</summary>
    int Read(Span<float> buffer);
}
