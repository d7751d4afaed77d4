using System.Buffers.Binary;

namespace NAudio.Wave;

/// <summary>Conversions between the two kinds of providers.</summary>
public static class WaveExtensionMethods
{
    /// <summary>PCM of 8, 16, 24 or 32 bits and floating point of 32 or 64 bits, as floats of full scale ±1.</summary>
    public static ISampleProvider ToSampleProvider(this IWaveProvider waveProvider)
    {
        var format = waveProvider.WaveFormat;
        Func<ReadOnlySpan<byte>, float> convert = (format.Encoding, format.BitsPerSample) switch
        {
            (WaveFormatEncoding.Pcm, 8) => bytes => (bytes[0] - 128) / 128f,
            (WaveFormatEncoding.Pcm, 16) => bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
            (WaveFormatEncoding.Pcm, 24) => bytes => (bytes[0] | (bytes[1] << 8) | ((sbyte)bytes[2] << 16)) / 8388608f,
            (WaveFormatEncoding.Pcm, 32) => bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
            (WaveFormatEncoding.IeeeFloat, 32) => BinaryPrimitives.ReadSingleLittleEndian,
            (WaveFormatEncoding.IeeeFloat, 64) => bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            (WaveFormatEncoding.Pcm, _) => throw new InvalidOperationException("Unsupported bit depth"),
            _ => throw new ArgumentException("Unsupported source encoding"),
        };
        return new ConvertingSampleProvider(waveProvider, format.BitsPerSample / 8, convert);
    }

    private sealed class ConvertingSampleProvider(
        IWaveProvider source, int sampleBytes, Func<ReadOnlySpan<byte>, float> convert) : ISampleProvider
    {
        private byte[] _bytes = [];

        public WaveFormat WaveFormat { get; } =
            WaveFormat.CreateIeeeFloatWaveFormat(source.WaveFormat.SampleRate, source.WaveFormat.Channels);

        public int Read(Span<float> buffer)
        {
            if (_bytes.Length < buffer.Length * sampleBytes)
            {
                _bytes = new byte[buffer.Length * sampleBytes];
            }

            var samples = source.Read(_bytes.AsSpan(0, buffer.Length * sampleBytes)) / sampleBytes;
            for (var i = 0; i < samples; i++)
            {
                buffer[i] = convert(_bytes.AsSpan(i * sampleBytes, sampleBytes));
            }

            return samples;
        }
    }
}
