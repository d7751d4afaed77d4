using System.Diagnostics;
using SparseAudio.Audio;
using SparseAudio.Evaluation.Visqol;

namespace SparseAudio.Evaluation.Rates;

/// <summary>What was measured of a recording at one bit rate of one coder.</summary>
/// <param name="System">The coder.</param>
/// <param name="Recording">The recording.</param>
/// <param name="Rate">The bit rate that was asked for, in kbit/s.</param>
/// <param name="Bytes">How many bytes the code has.</param>
/// <param name="DurationSeconds">How long the recording is.</param>
/// <param name="MultiResolution">See <see cref="AudioMetrics.MultiResolution"/>: the mean over the segments that are not silent.</param>
/// <param name="LogMel">See <see cref="AudioMetrics.LogMel"/>, likewise.</param>
/// <param name="Visqol">The score of the whole, see <see cref="VisqolScore"/>.</param>
/// <param name="CodingSeconds">How long coding and decoding took; what serves all rates is counted at the first.</param>
public sealed record RateRecord(
    string System, string Recording, double Rate, int Bytes, double DurationSeconds, double MultiResolution, double LogMel, double Visqol,
    double CodingSeconds)
{
    /// <summary>The bit rate that the code has.</summary>
    public double KilobitsPerSecond => Bytes * 8 / 1000.0 / DurationSeconds;
}

/// <summary>Lets coders code recordings at bit rates and measures how close what they decode is.</summary>
public static class RateCurve
{
    // As evaluate and compare divide recordings at 22050 Hz.
    private const int Segment = 32768;

    /// <summary>Measures a recording. Segments of 32768 samples are measured one by one, and a recording shorter than one as a whole.</summary>
    /// <param name="excerpt">The recording.</param>
    /// <param name="coders">The coders.</param>
    /// <param name="rates">Bit rates in kbit/s.</param>
    /// <param name="progress">Is told which coder is at work and how much of this recording is done, 0 to 1.</param>
    /// <param name="cancellation">Ends early with an exception.</param>
    /// <exception cref="ArgumentException">The recording is silent, or too short for ViSQOL.</exception>
    public static IReadOnlyList<RateRecord> Measure(
        RateExcerpt excerpt, IReadOnlyList<IRateCoder> coders, IReadOnlyList<double> rates, Action<string, double>? progress = null,
        CancellationToken cancellation = default)
    {
        var (clip, records) = (excerpt.Sound, new List<RateRecord>());
        if (!clip.Samples.AsSpan().ContainsAnyExcept(0)) throw new ArgumentException($"{clip.Name} is silent.", nameof(excerpt));
        for (var i = 0; i < coders.Count; i++)
        {
            var clock = Stopwatch.StartNew();
            var done = 0;
            progress?.Invoke(coders[i].Name, (double)i / coders.Count);
            foreach (var coded in coders[i].Code(clip, rates, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                var seconds = clock.Elapsed.TotalSeconds;
                var (distance, mel) = Distances(clip, coded.Sound);
                var heard = new AudioClip(Resampler.Resample(coded.Sound, clip.SampleRate, VisqolScore.SampleRate), VisqolScore.SampleRate);
                var score = VisqolScore.Of(excerpt.Heard, heard, cancellation).Score;
                records.Add(new(
                    coders[i].Name, clip.Name, coded.Rate, coded.Bytes.Length, clip.DurationSeconds, distance, mel, score, seconds));
                progress?.Invoke(coders[i].Name, (i + Math.Min(1, ++done / (double)rates.Count)) / coders.Count);
                clock.Restart();
            }
        }

        return records;
    }

    private static (double MultiResolution, double LogMel) Distances(AudioClip original, float[] decoded)
    {
        var length = Math.Min(Segment, original.Samples.Length);
        AudioMetrics[] metrics =
        [
            .. EvaluationRun.Starts(original, length, null).Where(start => EvaluationRun.Segment(original, start, length) is not null).Select(
                start => AudioMetrics.Compare(original.Samples.AsSpan(start, length), decoded.AsSpan(start, length), original.SampleRate)),
        ];
        return metrics.Length == 0
            ? throw new ArgumentException($"{original.Name} has no whole segment that is not silent.", nameof(original))
            : (metrics.Average(m => m.MultiResolution), metrics.Average(m => m.LogMel));
    }
}
