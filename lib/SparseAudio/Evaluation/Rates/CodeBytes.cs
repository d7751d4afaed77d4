using SparseAudio.Codec.Format;

namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// The frame that the codes of all baselines share: an entropy-coded stream that begins with the recording's length and sample rate.
/// </summary>
internal static class CodeBytes
{
    private const int SpacingBits = 6;

    /// <summary>Writes a code.</summary>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="noise">The noise floor, or null.</param>
    /// <param name="elements">Writes the rest.</param>
    public static byte[] Write(int length, int sampleRate, NoiseFloor? noise, Action<RangeEncoder> elements)
    {
        using var memory = new MemoryStream();
        var encoder = new RangeEncoder(memory);
        new GapCoder().Code(encoder, (uint)length);
        new GapCoder().Code(encoder, (uint)sampleRate);
        encoder.CodeDirect((uint)(noise?.Spacing ?? 0), SpacingBits);
        noise?.Write(encoder);
        elements(encoder);
        encoder.Finish();
        return memory.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">The code.</param>
    /// <param name="elements">Reads the rest: the sound without the noise floor (samples), given its length.</param>
    /// <returns>(samples).</returns>
    public static float[] Read(byte[] bytes, Func<RangeDecoder, int, float[]> elements)
    {
        var decoder = new RangeDecoder(new CodePayload(new MemoryStream(bytes), 0, bytes.Length));
        var length = (int)new GapCoder().Code(decoder, 0);
        var sampleRate = (int)new GapCoder().Code(decoder, 0);
        var spacing = (int)decoder.CodeDirect(0, SpacingBits);
        var noise = spacing == 0 ? null : NoiseFloor.Read(decoder, length, spacing).Render(length, sampleRate);
        var sound = elements(decoder, length);
        for (var i = 0; i < length && noise is not null; i++) sound[i] += noise[i];
        return sound;
    }
}
