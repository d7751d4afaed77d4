namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// The largest coefficients of an <see cref="Mdct"/> as bytes: the threshold above which they lie, then for each frame which of its bands of 16
/// bins have any, which bins those are, their levels and signs. Whether a band or bin has any is expected from its neighbours: the same bins a
/// frame before, and the bins below.
/// </summary>
internal sealed class MdctCode : IOrderedCode
{
    private const int Hop = 1024;
    private const int Band = 16;
    private const int Bands = Hop / Band;
    private const int BandBits = 7;
    private const int PrecisionBits = 2;
    private const int ThresholdBits = 16;

    // A step of the levels, in thresholds, from the coarsest.
    private static readonly double[] _steps = [1.5, 1, 0.65];
    private static readonly Mdct _mdct = new(Hop);
    private readonly int _length;
    private readonly int _sampleRate;
    private readonly float[] _coefficients;
    private readonly float[] _magnitudes;

    /// <summary>Prepares to code a recording.</summary>
    /// <param name="sound">(samples).</param>
    /// <param name="sampleRate">Samples a second.</param>
    public MdctCode(float[] sound, int sampleRate)
    {
        (_length, _sampleRate) = (sound.Length, sampleRate);
        _coefficients = _mdct.Forward(sound);
        _magnitudes = [.. _coefficients.Select(Math.Abs).Where(magnitude => (float)(Half)magnitude > 0).OrderDescending()];
    }

    /// <inheritdoc/>
    public int Count => _magnitudes.Length;

    /// <inheritdoc/>
    public int Precisions => _steps.Length;

    /// <inheritdoc/>
    public byte[] Encode(int count, int precision, NoiseFloor? noise) => CodeBytes.Write(_length, _sampleRate, noise, encoder =>
    {
        var threshold = (Half)_magnitudes[count - 1];
        var levels = Array.ConvertAll(_coefficients, x => LevelOf(x, (float)threshold, _steps[precision]));
        encoder.CodeDirect((uint)precision, PrecisionBits);
        encoder.CodeDirect(BitConverter.HalfToUInt16Bits(threshold), ThresholdBits);
        var highest = Bands - 1;
        while (highest >= 0 && !HasAny(levels, highest)) highest--;
        encoder.CodeDirect((uint)(highest + 1), BandBits);
        var models = new MdctModels(levels, Hop, Band);
        for (var start = 0; start < levels.Length; start += Hop)
            for (var band = 0; band <= highest; band++) models.Code(encoder, start + (band * Band));
    });

    /// <inheritdoc/>
    public float[] Decode(byte[] bytes) => DecodeBytes(bytes);

    /// <summary>The sound of a code.</summary>
    public static float[] DecodeBytes(byte[] bytes) => CodeBytes.Read(bytes, (decoder, length) =>
    {
        var step = _steps[decoder.CodeDirect(0, PrecisionBits)];
        var threshold = (float)BitConverter.UInt16BitsToHalf((ushort)decoder.CodeDirect(0, ThresholdBits));
        var bands = decoder.CodeDirect(0, BandBits);
        var levels = new int[_mdct.Frames(length) * Hop];
        var models = new MdctModels(levels, Hop, Band);
        for (var start = 0; start < levels.Length; start += Hop)
            for (var band = 0; band < bands; band++) models.Code(decoder, start + (band * Band));
        return _mdct.Inverse(Array.ConvertAll(levels, level => CoefficientOf(level, threshold, step)), length);
    });

    private static bool HasAny(int[] levels, int band)
    {
        for (var start = band * Band; start < levels.Length; start += Hop)
            if (levels.AsSpan(start, Band).ContainsAnyExcept(0)) return true;
        return false;
    }

    private static int LevelOf(float coefficient, float threshold, double step)
    {
        var magnitude = Math.Abs(coefficient);
        return magnitude < threshold ? 0 : Math.Sign(coefficient) * (1 + (int)((magnitude - threshold) / (step * threshold)));
    }

    // Magnitudes are the rarer the larger they are: the mean of a step lies below its middle.
    private static float CoefficientOf(int level, float threshold, double step) =>
        level == 0 ? 0 : (float)(Math.Sign(level) * threshold * (1 + (step * (Math.Abs(level) - 0.6))));
}
