using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SparseAudio.Audio;

namespace SparseAudio.Interactive.Players;

/// <summary>The highest and lowest sample of each of a row of equal stretches.</summary>
internal static class WaveformOutline
{
    /// <summary>At most <paramref name="columns"/> pairs of (lowest, highest).</summary>
    public static (float Low, float High)[] Columns(ReadOnlySpan<float> samples, int columns)
    {
        var outline = new (float Low, float High)[Math.Min(columns, samples.Length)];
        for (var i = 0; i < outline.Length; i++)
        {
            int start = (int)((long)samples.Length * i / outline.Length), end = (int)((long)samples.Length * (i + 1) / outline.Length);
            var (low, high) = (float.MaxValue, float.MinValue);
            foreach (var sample in samples[start..end])
                (low, high) = (Math.Min(low, sample), Math.Max(high, sample));

            outline[i] = (low, high);
        }

        return outline;
    }

    /// <summary>A closed SVG path, 100 units high, one unit a column; the peak reaches the edge.</summary>
    public static string SvgPath(ReadOnlySpan<float> samples, int columns, float peak)
    {
        var outline = Columns(samples, columns);
        var scale = peak > 0 ? 48 / peak : 0;
        var path = new StringBuilder("M0 50");
        for (var i = 0; i < outline.Length; i++)
            Line(path, i, 49.5f - (scale * outline[i].High));

        for (var i = outline.Length - 1; i >= 0; i--)
            Line(path, i, 50.5f - (scale * outline[i].Low));

        return path.Append('Z').ToString();
    }

    private static void Line(StringBuilder path, int x, float y) => path.Append(CultureInfo.InvariantCulture, $"L{x} {y:0.#}");
}

/// <summary>A clip as the bytes of a 16-bit WAV file, which every browser and VS Code play.</summary>
internal static class WaveBytes
{
    private const int HeaderBytes = 44;

    /// <summary>The gain that keeps a clip within full scale: 1, or less for a clip that goes beyond it.</summary>
    public static float SafeGain(AudioClip clip) => 1 / Math.Max(1, Peak(clip));

    /// <summary>The largest magnitude of the clip's samples.</summary>
    /// <exception cref="ArgumentException">A sample is not a number.</exception>
    public static float Peak(AudioClip clip)
    {
        float peak = 0;
        for (var i = 0; i < clip.Samples.Length; i++)
        {
            if (!float.IsFinite(clip.Samples[i]))
                throw new ArgumentException($"Sample {i} of the clip '{clip.Name}' is {clip.Samples[i]}; such a clip cannot be played.");

            peak = Math.Max(peak, Math.Abs(clip.Samples[i]));
        }

        return peak;
    }

    /// <summary>A mono PCM file, no sample above full scale.</summary>
    public static byte[] From(AudioClip clip)
    {
        var bytes = new byte[HeaderBytes + (2 * clip.Samples.Length)];
        WriteHeader(bytes, clip.SampleRate);
        var gain = SafeGain(clip) * short.MaxValue;
        for (var i = 0; i < clip.Samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(HeaderBytes + (2 * i)), (short)MathF.Round(clip.Samples[i] * gain));

        return bytes;
    }

    private static void WriteHeader(Span<byte> bytes, int sampleRate)
    {
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], 2 * sampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[34..], 16);
        "data"u8.CopyTo(bytes[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], bytes.Length - HeaderBytes);
    }
}
