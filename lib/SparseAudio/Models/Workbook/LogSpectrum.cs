using SparseAudio.Data.Notes;
using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Log magnitudes at frequencies a third of a semitone apart, of a short window (which shows when) and a long one (which shows what), and the
/// same shifted so that a note's harmonics lie on one place of the frequency axis (R. Bittner et al., "Deep Salience", ISMIR 2017).
/// </summary>
internal sealed class LogSpectrum
{
    /// <summary>Bins of the frequency axis.</summary>
    public const int Bins = 280;

    /// <summary>Bins in a semitone.</summary>
    public const int PerSemitone = 3;

    /// <summary>Channels of <see cref="Harmonics"/>.</summary>
    public static int Channels => _shifts.Length * _windows.Length * PerSemitone;

    /// <summary>Numbers in its tables.</summary>
    public static long TableCount => _windows.Sum(window => (long)(window / 2 + 1) * Bins);

    private const double LowestPitch = 27;
    private const double Floor = 1e-5;
    private static readonly int[] _windows = [1024, 4096];

    // A third, a half, and 1 to 8 times the frequency, in bins.
    private static readonly int[] _shifts = [.. new[] { 1 / 3.0, 0.5, 1, 2, 3, 4, 5, 6, 7, 8 }.Select(
        multiple => (int)Math.Round(12 * PerSemitone * Math.Log2(multiple)))];

    private readonly (Tensor Shape, Tensor Bands)[] tables;

    /// <summary>Prepares the bands of both windows.</summary>
    public LogSpectrum(int sampleRate, Device device) => tables = [.. _windows.Select(window => (
        hann_window(window, device: device).DetachFromDisposeScope(),
        tensor(Bands(window, sampleRate), [window / 2 + 1, Bins], device: CPU).IntoTorchMemory(device).DetachFromDisposeScope()))];

    /// <summary>The two log spectra.</summary>
    /// <param name="audio">(batch, samples)</param>
    /// <returns>(batch, 2, samples / 256, <see cref="Bins"/>): log10 of magnitudes, of which a full-scale sine's is 0, at least -5.</returns>
    public Tensor Of(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var frames = audio.shape[^1] / NoteTargets.Hop;
        var levels = tables.Select(table =>
        {
            var window = table.Shape.shape[0];
            var power = stft(audio, window, NoteTargets.Hop, window, table.Shape, center: true, return_complex: true).abs().square()
                * (16.0 / window / window);
            return (power.transpose(1, 2).narrow(1, 0, frames).matmul(table.Bands) + Floor * Floor).log10() / 2;
        });
        return stack([.. levels], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The spectra once for each harmonic, at the pitches of <see cref="NoteTargets"/>.</summary>
    /// <param name="spectra">(batch, 2, frames, <see cref="Bins"/>) of <see cref="Of"/>.</param>
    /// <returns>(batch, <see cref="Channels"/>, frames, pitches), about -1.3 to 2.</returns>
    public static Tensor Harmonics(Tensor spectra)
    {
        using var scope = NewDisposeScope();
        var first = (int)(NoteTargets.LowestPitch - LowestPitch) * PerSemitone - 1;
        var (left, right) = (first + _shifts[0], first + _shifts[^1] + PerSemitone * NoteTargets.Pitches - Bins);
        var padded = pad((spectra - Math.Log10(1e-3)) / 1.5, (-Math.Min(0, left), Math.Max(0, right)));
        var shifted = _shifts.Select(shift => padded.narrow(3, first + shift - Math.Min(0, left), PerSemitone * NoteTargets.Pitches));
        var all = stack([.. shifted], 1).unflatten(4, [NoteTargets.Pitches, PerSemitone]);  // (batch, harmonics, 2, frames, pitches, 3)
        return all.permute(0, 1, 2, 5, 3, 4).flatten(1, 3).contiguous().MoveToOuterDisposeScope();
    }

    // Triangles a third of a semitone wide, in the bass as wide as a bin.
    private static float[] Bands(int window, int sampleRate)
    {
        var bins = window / 2 + 1;
        var width = (double)sampleRate / window;
        var bands = new float[bins * Bins];
        for (var band = 0; band < Bins; band++)
        {
            var centre = NoteLabel.HzOf(LowestPitch + band / (double)PerSemitone);
            var reach = Math.Max(centre * (Math.Pow(2, 1 / (12.0 * PerSemitone)) - 1), width);
            double Height(int bin) => Math.Max(0, 1 - Math.Abs(bin * width - centre) / reach);
            var sum = Enumerable.Range(0, bins).Sum(Height);
            // Where a band is wider than the peak of a sine, it holds the whole peak, not the mean over it.
            var scale = sum == 0 ? 0 : (reach <= 1.5 * width ? 1 : 2) / sum;
            for (var bin = 0; bin < bins; bin++) bands[bin * Bins + band] = (float)(Height(bin) * scale);
        }

        return bands;
    }
}
