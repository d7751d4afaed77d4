using SparseAudio.Codec.Format;
using SparseAudio.Evaluation.Baselines;

namespace SparseAudio.Evaluation.Rates;

/// <summary>What is told of a noise floor.</summary>
/// <param name="Spacing">Frames of <see cref="BandNoise"/> from one told level to the next.</param>
/// <param name="Gain">Level of the floor against what it stands for.</param>
internal sealed record NoiseChoice(int Spacing, double Gain);

/// <summary>
/// The noise floor of a coded baseline: <see cref="BandNoise"/> whose levels are told at a few times, in steps of 3 dB, and lie on straight
/// lines, in decibels, between them. Each level is coded as a difference from the one before in its band, given the difference in the band below.
/// </summary>
internal sealed class NoiseFloor
{
    private const double StepDecibels = 3;
    private const int Silent = -32;
    private const int Contexts = 3;
    private readonly int[][] _levels;

    private NoiseFloor(int spacing, int[][] levels) => (Spacing, _levels) = (spacing, levels);

    /// <summary>Frames of <see cref="BandNoise"/> from one told level to the next.</summary>
    public int Spacing { get; }

    /// <summary>The floor that stands for <paramref name="residual"/>: its mean levels in decibels around each told time.</summary>
    public static NoiseFloor Of(ReadOnlySpan<float> residual, int sampleRate, NoiseChoice choice)
    {
        var frames = BandNoise.Levels(residual, sampleRate);
        var levels = new int[Count(frames.Length, choice.Spacing)][];
        for (var i = 0; i < levels.Length; i++)
        {
            var from = Math.Clamp((i * choice.Spacing) - (choice.Spacing / 2), 0, frames.Length - 1);
            var near = frames[from..Math.Min((i * choice.Spacing) + (choice.Spacing / 2) + 1, frames.Length)];
            levels[i] = [.. Enumerable.Range(0, BandNoise.Bands).Select(band => LevelOf(near.Average(frame => Decibels(frame[band] * choice.Gain))))];
        }

        return new NoiseFloor(choice.Spacing, levels);
    }

    /// <summary>The noise.</summary>
    /// <returns>(samples).</returns>
    public float[] Render(int samples, int sampleRate)
    {
        var frames = new double[BandNoise.Frames(samples)][];
        for (var frame = 0; frame < frames.Length; frame++)
        {
            var (before, fraction) = (frame / Spacing, frame % Spacing / (double)Spacing);
            var after = Math.Min(before + 1, _levels.Length - 1);
            frames[frame] = [.. Enumerable.Range(0, BandNoise.Bands).Select(band => Amplitude(
                _levels[before][band] + (fraction * (_levels[after][band] - _levels[before][band]))))];
        }

        return BandNoise.Render(frames, samples, sampleRate);
    }

    /// <summary>Writes the floor.</summary>
    public void Write(IRangeCoder encoder) => Code(encoder, _levels);

    /// <summary>Reads the floor of a sound of so many samples.</summary>
    public static NoiseFloor Read(IRangeCoder decoder, int samples, int spacing)
    {
        int[][] levels = [.. Enumerable.Range(0, Count(BandNoise.Frames(samples), spacing)).Select(_ => new int[BandNoise.Bands])];
        Code(decoder, levels);
        return new NoiseFloor(spacing, levels);
    }

    // Levels as they are written, or filled in.
    private static void Code(IRangeCoder coder, int[][] levels)
    {
        var (coders, last) = (Coders(), new int[BandNoise.Bands]);
        foreach (var frame in levels)
        {
            var context = 0;
            for (var band = 0; band < frame.Length; band++)
            {
                var difference = ZigZag.Back(coders[context].Code(coder, ZigZag.Of(frame[band] - last[band])));
                context = Context(difference);
                frame[band] = last[band] += difference;
            }
        }
    }

    private static int Count(int frames, int spacing) => ((frames - 1) / spacing) + 1;

    private static GapCoder[] Coders() => [.. Enumerable.Range(0, Contexts).Select(_ => new GapCoder())];

    private static int Context(int difference) => Math.Sign(difference) + 1;

    private static double Decibels(double level) => 20 * Math.Log10(Math.Max(level, 1e-9));

    private static int LevelOf(double decibels) => Math.Max((int)Math.Round(decibels / StepDecibels), Silent);

    private static double Amplitude(double level) => level <= Silent ? 0 : Math.Pow(10, level * StepDecibels / 20);
}
