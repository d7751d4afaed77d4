using SparseAudio.Data.Notes;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>Finds the notes of a whole recording, window after window: a window sees 0.37 s of sound before and after what is read off it.</summary>
/// <param name="detector">The detector; it is switched to evaluation mode.</param>
public sealed class NoteTranscription(NoteDetector detector)
{
    /// <summary>Samples of a window of which the notes are read off.</summary>
    public const int WindowSamples = 32768;

    /// <summary>Samples that a window sees before and after that.</summary>
    public const int ContextSamples = 8192;

    /// <summary>The least posterior of an onset, 0 to 1; null for the usual.</summary>
    public double? Threshold { get; init; }

    /// <summary>Reads samples of a recording.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="part">Where they go.</param>
    public delegate void Reader(long start, Span<float> part);

    /// <summary>The notes of a recording, in the order of their onsets.</summary>
    /// <param name="read">Reads samples.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops.</param>
    public IReadOnlyList<FoundNote> Find(Reader read, long length, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        detector.eval();
        List<float> onsets = [], activity = [], velocities = [];
        for (var start = 0L; start < length; start += WindowSamples)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var fixedGraph = no_grad();
            var found = detector.forward(Window(read, start, length));
            void Keep(Tensor logits, List<float> kept) => kept.AddRange(logits.sigmoid()
                .narrow(1, ContextSamples / NoteTargets.Hop, WindowSamples / NoteTargets.Hop).contiguous().cpu().data<float>().ToArray());
            Keep(found.Onsets, onsets);
            Keep(found.Activity, activity);
            Keep(found.Velocities, velocities);
            progress?.Report(Math.Min(1, (double)(start + WindowSamples) / length));
        }

        var peaks = Threshold is { } threshold ? new NotePeaks(threshold) : new NotePeaks();
        return peaks.Find([.. onsets], [.. activity], [.. velocities], detector.Config.SampleRate);
    }

    // (1, samples) with the highest sample at 1; zeros where the recording has not begun or has ended.
    private Tensor Window(Reader read, long start, long length)
    {
        var window = new float[WindowSamples + 2 * ContextSamples];
        var (first, last) = (Math.Max(0, start - ContextSamples), Math.Min(length, start + WindowSamples + ContextSamples));
        read(first, window.AsSpan((int)(first - start + ContextSamples), (int)(last - first)));
        var peak = window.Max(Math.Abs);
        if (peak > 0) for (var i = 0; i < window.Length; i++) window[i] /= peak;
        return tensor(window, [1, window.Length], device: CPU).IntoTorchMemory(detector.parameters().First().device);
    }
}
