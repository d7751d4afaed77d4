using System.Numerics;
using SparseAudio.Evaluation.Baselines;

namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// The modified discrete cosine transform under a sine window (Princen and Bradley, 1986): half as many coefficients a frame as the window has
/// samples, orthonormal, so that a coefficient's square is its energy, and the inverse gives the sound back.
/// </summary>
/// <param name="hop">Coefficients a frame, a power of two; the window is twice as long.</param>
internal sealed class Mdct(int hop)
{
    private readonly FourierTransform _transform = new(2 * hop);
    private readonly double[] _window = [.. Enumerable.Range(0, 2 * hop).Select(n => Math.Sin(Math.PI * (n + 0.5) / (2 * hop)))];
    private readonly Complex[] _turn = [.. Enumerable.Range(0, 2 * hop).Select(n => Complex.FromPolarCoordinates(1, -Math.PI * n / (2 * hop)))];

    // The phase of a bin at the centre that the cosines have, (1 + hop) / 2 samples after the window's beginning.
    private readonly Complex[] _centre = [
        .. Enumerable.Range(0, hop).Select(k => Complex.FromPolarCoordinates(Math.Sqrt(2.0 / hop), -Math.PI * (k + 0.5) * (1 + hop) / (2 * hop)))];

    /// <summary>How many frames a sound of so many samples has: the first begins half a window before it.</summary>
    public int Frames(int samples) => ((samples + hop - 1) / hop) + 1;

    /// <summary>Transforms a sound.</summary>
    /// <returns>(frames × hop), frame after frame.</returns>
    public float[] Forward(ReadOnlySpan<float> sound)
    {
        var coefficients = new float[Frames(sound.Length) * hop];
        var buffer = new Complex[2 * hop];
        for (var frame = 0; frame < Frames(sound.Length); frame++)
        {
            var start = (frame - 1) * hop;
            for (var n = 0; n < buffer.Length; n++)
                buffer[n] = start + n >= 0 && start + n < sound.Length ? _window[n] * sound[start + n] * _turn[n] : 0;
            _transform.Forward(buffer);
            for (var k = 0; k < hop; k++) coefficients[(frame * hop) + k] = (float)(buffer[k] * _centre[k]).Real;
        }

        return coefficients;
    }

    /// <summary>Undoes <see cref="Forward"/>.</summary>
    /// <returns>(samples).</returns>
    public float[] Inverse(ReadOnlySpan<float> coefficients, int samples)
    {
        var sound = new float[samples];
        var buffer = new Complex[2 * hop];
        for (var frame = 0; frame < Frames(samples); frame++)
        {
            // The sum of X(k) e^(+i…) is the conjugate of the transform of X(k) e^(−i…), whose real part is the same.
            Array.Clear(buffer);
            for (var k = 0; k < hop; k++) buffer[k] = coefficients[(frame * hop) + k] * _centre[k];
            _transform.Forward(buffer);
            var start = (frame - 1) * hop;
            for (var n = Math.Max(-start, 0); n < buffer.Length && start + n < samples; n++)
                sound[start + n] += (float)(_window[n] * (buffer[n] * _turn[n]).Real);
        }

        return sound;
    }
}
