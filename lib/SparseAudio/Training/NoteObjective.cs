using System.Collections.Concurrent;
using SparseAudio.Data;
using SparseAudio.Data.Notes;
using SparseAudio.Losses;
using SparseAudio.Models.Workbook;
using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Training;

/// <summary>
/// Trains a <see cref="NoteDetector"/> on the recordings of a folder that have label files beside them; those without teach it nothing.
/// In training mode the log spectra are varied, so that few hours of music go a long way: transposed, detuned, equalised, quieter, noisier.
/// </summary>
/// <param name="detector">The detector.</param>
/// <param name="folder">The folder of recordings.</param>
internal sealed class NoteObjective(NoteDetector detector, string folder)
{
    // At the ends of a piece a note's beginning or its going on lies beyond what can be seen.
    private const int Margin = 16;
    private const int MostSemitones = 4;
    private const double TransposedShare = 0.6;
    private const double NoisyShare = 0.5;
    private const int Knots = 9;
    private readonly ConcurrentDictionary<string, IReadOnlyList<NoteLabel>?> _labels = new();
    private readonly NoteLoss _loss = new();

    /// <summary>The loss of a batch.</summary>
    /// <param name="audio">(batch, 1, samples), a multiple of <see cref="NoteDetector.Multiple"/>.</param>
    /// <param name="segments">Where each item comes from.</param>
    /// <exception cref="NoteFileException">A label file cannot be read.</exception>
    public LossParts Compute(Tensor audio, IReadOnlyList<Segment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        audio.RequireReal([segments.Count, 1, TensorGuard.Any]);
        using var scope = NewDisposeScope();
        var spectra = detector.Spectra(audio.squeeze(1));
        var frames = (int)spectra.shape[2];
        var known = segments.Select(segment => NotesOf(segment.Path)).ToArray();
        var targets = segments.Zip(known).Select(pair => NoteTargets.Of(
            pair.Second ?? [], (double)pair.First.Start / detector.Config.SampleRate, frames, detector.Config.SampleRate)).ToArray();
        Tensor Grid(Func<NoteTargets, float[]> of) => tensor(
            [.. targets.SelectMany(of)], [targets.Length, frames, NoteTargets.Pitches], device: CPU).IntoTorchMemory(audio.device);
        var (onsets, activity, velocities) = (Grid(item => item.Onsets), Grid(item => item.Activity), Grid(item => item.Velocities));
        var weights = tensor([.. known.Select(notes => notes is null ? 0f : 1)], [targets.Length, 1, 1], device: audio.device)
            * Inside(frames, audio.device);
        if (detector.training) (spectra, onsets, activity, velocities) = Vary(spectra, onsets, activity, velocities);
        return _loss.Compute(detector.OfSpectra(spectra), onsets, activity, velocities, weights).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses a folder in which no recording has notes beside it.</summary>
    /// <exception cref="TrainingException">There are none.</exception>
    public static void RequireNotes(string folder, SegmentDataset data)
    {
        if (!data.Files.Any(file => File.Exists(LabelFile(folder, file.Path))))
        {
            throw new TrainingException(
                $"{folder}: no recording has its notes beside it (song.wav and song.csv); make some with sparseaudio data make");
        }
    }

    private static string LabelFile(string folder, string recording) =>
        Path.ChangeExtension(Path.Combine(folder, recording), NoteLabels.Extension);

    private IReadOnlyList<NoteLabel>? NotesOf(string recording) => _labels.GetOrAdd(recording, name =>
    {
        var file = LabelFile(folder, name);
        return File.Exists(file) ? NoteLabels.Read(file) : null;
    });

    private static Tensor Inside(int frames, Device device)
    {
        var inside = zeros([1, frames, 1], device: device);
        inside.narrow(1, Margin, frames - 2 * Margin).fill_(1);
        return inside;
    }

    private static (Tensor Spectra, Tensor Onsets, Tensor Activity, Tensor Velocities) Vary(
        Tensor spectra, Tensor onsets, Tensor activity, Tensor velocities)
    {
        var batch = spectra.shape[0];
        var (shifts, semitones) = Transpositions((int)batch);
        Tensor Shifted(Tensor grid, int[] by, double fill) => stack([.. by.Select((shift, item) => Shift(grid[item], shift, fill))]);
        spectra = Shifted(spectra, shifts, -5) + Equaliser(batch).to(spectra.device);
        return (Noisy(spectra), Shifted(onsets, semitones, 0), Shifted(activity, semitones, 0), Shifted(velocities, semitones, 0));
    }

    // Whole semitones for most, thirds of a semitone for the others: recordings are not all tuned alike.
    private static (int[] Bins, int[] Semitones) Transpositions(int batch)
    {
        var draws = rand([2, batch], device: CPU).data<float>().ToArray();
        var bins = Enumerable.Range(0, batch).Select(item =>
        {
            var steps = (int)Math.Floor(draws[batch + item] * (2 * MostSemitones + 1)) - MostSemitones;
            return draws[item] < TransposedShare ? steps * LogSpectrum.PerSemitone : steps;
        }).ToArray();
        return (bins, [.. bins.Select(shift => (int)Math.Round(shift / (double)LogSpectrum.PerSemitone))]);
    }

    // Moves the last axis of (…, bins) up by so many places.
    private static Tensor Shift(Tensor grid, int places, double fill) => places == 0
        ? grid
        : places > 0
            ? pad(grid.narrow(-1, 0, grid.shape[^1] - places), (places, 0), value: fill)
            : pad(grid.narrow(-1, -places, grid.shape[^1] + places), (0, -places), value: fill);

    // (batch, 1, 1, bins) to be added to log10 magnitudes: a slope, a random curve and a gain.
    private static Tensor Equaliser(long batch)
    {
        var slope = linspace(-1, 1, LogSpectrum.Bins, device: CPU) * randn([batch, 1], device: CPU) * 0.25;
        var gain = rand([batch, 1], device: CPU) * 0.6 - 0.5;
        return (slope + Curve(batch, Knots, 0.15) + gain).unsqueeze(1).unsqueeze(1);
    }

    private static Tensor Curve(long batch, int knots, double deviation) => interpolate(
        randn([batch, 1, knots], device: CPU) * deviation, [LogSpectrum.Bins], mode: InterpolationMode.Linear, align_corners: true).squeeze(1);

    // Half of the items get the noise of a room; its power adds to the sound's.
    private static Tensor Noisy(Tensor spectra)
    {
        var batch = spectra.shape[0];
        var chosen = (rand([batch, 1], device: CPU) < NoisyShare).to_type(ScalarType.Float32);
        var level = rand([batch, 1], device: CPU) * 1.9 - 4.5 + Curve(batch, 5, 0.3);
        var power = (level * (2 * Math.Log(10))).exp() * chosen;
        var noise = power.unsqueeze(1).unsqueeze(1).to(spectra.device) * -rand_like(spectra).clamp_min(1e-7).log();
        return ((spectra * (2 * Math.Log(10))).exp() + noise + 1e-10).log10() / 2;
    }
}
