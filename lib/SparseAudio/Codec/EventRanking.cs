using SparseAudio.Audio;
using SparseAudio.Models;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>The events of a segment, with what each adds to the sound.</summary>
/// <param name="Context">Their context.</param>
/// <param name="Events">The events.</param>
internal sealed record RankedSegment(SoundContext Context, IReadOnlyList<RankedEvent> Events);

/// <summary>An event, with what it adds to the sound.</summary>
/// <param name="Event">The event.</param>
/// <param name="Worth">How much nearer it brings the sound of more valuable events to the recording, without details.</param>
/// <param name="WorthOfDetails">How much nearer its details bring the sound of all events, those of more valuable ones being there.</param>
internal sealed record RankedEvent(SoundEvent Event, double Worth, double WorthOfDetails);

/// <summary>
/// Finds what events and their details are worth by greedy forward selection: the next is always the one whose sound, added to that of those
/// before it, comes closest to the recording, by spectral convergence plus log magnitudes; first among the events without details, then, when all
/// sound, among their details. Nothing is worth more than what was chosen before it, so that nothing is kept without that.
/// </summary>
internal static class EventRanking
{
    private const int Window = 1024;
    private const double Floor = 1e-4;

    // What an event brings hardly grows while others are added: so many of those that lately brought most are tried each time.
    private const int MostTried = 8;

    // Of the bins above 2.8 kHz every fourth stands for its neighbours.
    private const int AllBins = 128;
    private const int BinStride = 4;

    /// <summary>Ranks the events of a segment.</summary>
    /// <param name="model">Decodes them.</param>
    /// <param name="layout">The grid of the code.</param>
    /// <param name="segment">The events.</param>
    /// <param name="recording">What they are to sound like.</param>
    public static RankedSegment Rank(SparseAudioModel model, CodeLayout layout, EncodedSegment segment, Recording recording)
    {
        if (segment.Events.Count == 0) return new RankedSegment(segment.Context, []);
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var first = layout.SegmentOf(segment.Events[0]) * layout.SegmentFrames;
        var samples = new float[layout.SegmentSamples];
        var start = (long)first * layout.Hop;
        recording.Read(start, samples.AsSpan(0, (int)Math.Min(samples.Length, recording.Length - start)));

        // In the encoder's order, which the tensors of a group have.
        List<SoundEvent> events = [.. segment.Events.OrderByDescending(e => e.Amplitude)];
        var target = Spectra(tensor(samples, [1, samples.Length], device: CPU).IntoTorchMemory(model.Device()) / segment.Context.Level).abs();
        Tensor Sounds(IEnumerable<SoundEvent> all) => Spectra(
            model.DecodeEvents(CodeTensors.ToEncoding(model, [new EventGroup(first, segment.Context, [.. all])])).squeeze(0));
        var plain = Sounds(events.Select(e => e with { Details = [] }));
        var worth = Selected(target, zeros_like(plain.narrow(0, 0, 1)), plain);
        var details = events.All(e => e.Details.IsEmpty)
            ? new double[events.Count]
            : Selected(target, plain.sum(0, keepdim: true), Sounds(events) - plain);
        return new RankedSegment(segment.Context, [.. events.Select((e, i) => new RankedEvent(e, worth[i], details[i]))]);
    }

    // What each of the parts (parts, cells) is worth, added to a sum (1, cells).
    private static double[] Selected(Tensor target, Tensor sum, Tensor parts)
    {
        using var scope = NewDisposeScope();
        var weights = Weights(parts);
        var left = Enumerable.Range(0, (int)parts.shape[0]).ToHashSet();
        var (before, least) = ((double)Distances(target, sum, weights)[0], double.MaxValue);
        double[] gains = [.. Distances(target, sum + parts, weights).Select(distance => before - distance)];
        var worth = new double[gains.Length];
        while (left.Count > 0)
        {
            using var round = NewDisposeScope();
            int[] promising = [.. left.OrderByDescending(i => gains[i]).Take(MostTried)];
            var added = sum + parts.index_select(0, tensor(Array.ConvertAll(promising, i => (long)i), device: sum.device));
            var distances = Distances(target, added, weights);
            for (var i = 0; i < promising.Length; i++) gains[promising[i]] = before - distances[i];
            var best = Array.IndexOf(distances, distances.Min());
            worth[promising[best]] = least = Math.Min(least, before - distances[best]);
            before = distances[best];
            sum = added.narrow(0, best, 1).clone().MoveToOuterDisposeScope();
            left.Remove(promising[best]);
        }

        return worth;
    }

    // (sounds, cells) of sounds (sounds, samples): short-time spectra without overlap; a full-scale sine reads 1.
    private static Tensor Spectra(Tensor sounds)
    {
        using var scope = NewDisposeScope();
        var window = hann_window(Window, device: sounds.device);
        var all = stft(sounds, Window, Window, Window, window, return_complex: true) * (4.0 / Window);
        return cat([all.narrow(1, 0, AllBins), all[.., TensorIndex.Slice(AllBins, null, BinStride)]], 1).flatten(1).MoveToOuterDisposeScope();
    }

    // Of the cells of such spectra, how many each stands for: (cells).
    private static Tensor Weights(Tensor spectra)
    {
        using var scope = NewDisposeScope();
        var frames = spectra.shape[1] / (AllBins + (Window / 2 - AllBins) / BinStride + 1);
        var weights = full([spectra.shape[1]], BinStride, device: spectra.device, dtype: ScalarType.Float32);
        weights.narrow(0, 0, AllBins * frames).fill_(1);
        return weights.MoveToOuterDisposeScope();
    }

    // Spectral convergence plus mean |ln difference| of every item (items, cells).
    private static float[] Distances(Tensor target, Tensor spectra, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var magnitudes = spectra.abs();
        Tensor Sum(Tensor x) => x.matmul(weights);
        var convergence = Sum((magnitudes - target).square()).sqrt() / Sum(target.square()).sqrt().clamp_min(1e-9);
        Tensor Log(Tensor x) => x.clamp_min(Floor).log();
        return (convergence + Sum((Log(magnitudes) - Log(target)).abs()) / weights.sum()).cpu().data<float>().ToArray();
    }
}
