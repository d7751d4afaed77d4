using SparseAudio.Audio;
using SparseAudio.Interactive.Pictures;
using SparseAudio.Models;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Interactive.Charts;

/// <summary>The magnitudes of a clip's short-time Fourier transform, in dB below its loudest cell, frequency on a log scale.</summary>
internal static class Spectrogram
{
    private const int Window = 2048, Hop = 256, Rows = 96;
    private const double LowestHertz = 40, FloorDecibels = -80;

    public static Figure Draw(AudioClip clip, string title)
    {
        var decibels = Grid(clip);
        return HeatMap.Draw(title, decibels, new Axis("time (s)", 0, clip.DurationSeconds),
            new Axis("frequency (Hz)", LowestHertz, clip.SampleRate / 2.0, IsLog: true), ColorRamp.Even);
    }

    /// <summary>(rows, frames); a row holds the loudest bin of its band, or the nearest one where bands are narrower than bins.</summary>
    internal static float[,] Grid(AudioClip clip)
    {
        TorchLibrary.Require();
        using var scope = NewDisposeScope();
        var magnitude = Stft.Magnitude(tensor(clip.Samples, device: CPU), Window, Hop);
        int frames = (int)magnitude.shape[0], bins = (int)magnitude.shape[1];
        var values = magnitude.data<float>().ToArray();
        var loudest = Math.Max(values.Max(), float.Epsilon);
        double binHertz = (double)clip.SampleRate / Window, factor = clip.SampleRate / 2.0 / LowestHertz;
        var grid = new float[Rows, frames];
        for (var row = 0; row < Rows; row++)
        {
            var first = Math.Min(bins - 1, (int)Math.Round(LowestHertz * Math.Pow(factor, (double)row / Rows) / binHertz));
            var last = Math.Clamp((int)Math.Round(LowestHertz * Math.Pow(factor, (row + 1.0) / Rows) / binHertz) - 1, first, bins - 1);
            for (var frame = 0; frame < frames; frame++)
            {
                var band = values.AsSpan((frame * bins) + first, last - first + 1).ToArray().Max();
                grid[row, frame] = (float)Math.Max(FloorDecibels, 20 * Math.Log10(Math.Max(band, float.Epsilon) / loudest));
            }
        }

        return grid;
    }
}
