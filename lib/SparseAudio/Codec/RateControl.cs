using SparseAudio.Audio;
using SparseAudio.Codec.Format;
using SparseAudio.Losses;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>A code that was made for a bit rate, and how finely its file has to keep numbers to have it.</summary>
/// <param name="Code">The events that are worth their bits.</param>
/// <param name="Precision">The precision to write them with.</param>
/// <param name="Bytes">Bytes of the file, header included.</param>
public sealed record RatedCode(SparseCode Code, CodePrecision Precision, int Bytes)
{
    /// <summary>The rate of the whole file.</summary>
    public double KilobitsPerSecond => Bytes * 8 / 1000.0 / Code.DurationSeconds;
}

/// <summary>
/// Encodes a recording at a given bit rate. Events come in the order of what they add to the sound: in each segment the next is the one that
/// brings the sum of those before it closest to the recording (greedy forward selection). For each precision as many of them are kept as the
/// rate allows; the codes that use it up are decoded, and the one that sounds closest to the recording is taken. The whole code is in memory.
/// </summary>
/// <param name="encoder">Finds the events.</param>
public sealed class RateControl(CodeEncoder encoder)
{
    private const int Window = 1024;
    private const int GainBits = 8;
    private const double Floor = 1e-4;
    private const double Tolerance = 0.03;

    // Of the time, about as much goes into finding events and ordering them.
    private const double FindingShare = 0.6;

    // Bits of amplitudes and of each number; at low rates the numbers of the contexts weigh as much as the events.
    private static readonly CodePrecision[] _pure = [new(5, GainBits, 5, 5), new(6, GainBits, 6, 6)];

    private static readonly CodePrecision[] _detailed =
        [new(5, GainBits, 3, 5), new(5, GainBits, 4, 5), new(6, GainBits, 5, 6), new(7, GainBits, 6, 6), new()];

    /// <summary>Encodes a recording.</summary>
    /// <param name="recording">The recording, at the model's sample rate.</param>
    /// <param name="kilobitsPerSecond">The rate of the file, its header included; it is not exceeded.</param>
    /// <param name="progress">Told the share of the work that is done.</param>
    /// <param name="cancellation">Ends between two segments.</param>
    /// <returns>The code that sounds closest to the recording.</returns>
    /// <exception cref="CodeRateException">The rate is too low for a single event.</exception>
    /// <exception cref="ArgumentException">The rate is not above 0, or the recording is empty or of another sample rate.</exception>
    public RatedCode Encode(
        Recording recording, double kilobitsPerSecond, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kilobitsPerSecond);
        var most = kilobitsPerSecond * 1000 / 8 * recording.DurationSeconds;
        List<RankedSegment> segments =
            [.. encoder.EncodeSegments(recording, new FirstPart(progress), cancellation).Select(segment => Ranked(segment, recording))];
        var order = segments.SelectMany(segment => segment.Worth).OrderDescending().ToArray();
        List<RatedCode> codes =
            [.. Precisions().Select(choice => Largest(segments, order, choice.Pure, choice.Precision, recording.Length, most))];
        if (codes.All(code => code.Bytes > most))
        {
            throw new CodeRateException(FormattableString.Invariant(
                $"At {kilobitsPerSecond} kbit/s there are {most:F0} bytes; the smallest code of this recording takes {codes.Min(c => c.Bytes)}"));
        }

        // A code that leaves bytes unused has all events, told too coarsely: the rate that was asked for is met where any code meets it.
        codes.RemoveAll(code => code.Bytes > most);
        if (codes.Any(IsFull)) codes.RemoveAll(code => !IsFull(code));
        var heard = 0;
        var best = codes.Count == 1 ? codes[0] : codes.MinBy(code =>
        {
            var distance = Distance(code, recording, cancellation);
            progress?.Report(FindingShare + (1 - FindingShare) * ++heard / codes.Count);
            return distance;
        })!;
        progress?.Report(1);
        return best;

        bool IsFull(RatedCode code) => code.Bytes >= (1 - Tolerance) * most;
    }

    private IEnumerable<(CodePrecision Precision, bool Pure)> Precisions() => encoder.Model.Config.DetailSize == 0 || encoder.Pure
        ? _pure.Append(new CodePrecision()).Select(precision => (precision, true))
        : [.. _pure.Select(precision => (precision, true)), .. _detailed.Select(precision => (precision, false))];

    // The code with as many of the most valuable events as there are bytes for: at least one.
    private RatedCode Largest(
        List<RankedSegment> segments, double[] order, bool pure, CodePrecision precision, long length, double bytes)
    {
        RatedCode With(int count)
        {
            var code = Kept(segments, order.Length == 0 ? double.MaxValue : order[count - 1], pure, length);
            return new RatedCode(code, precision, CodeFile.ToBytes(code, precision).Length);
        }

        var (fits, tooMany) = (Math.Min(1, order.Length), order.Length + 1);
        var best = With(fits);
        while (tooMany - fits > 1)
        {
            var middle = (fits + tooMany) / 2;
            var candidate = With(middle);
            if (candidate.Bytes <= bytes) (fits, best) = (middle, candidate);
            else tooMany = middle;
        }

        return best;
    }

    private SparseCode Kept(List<RankedSegment> segments, double threshold, bool pure, long length)
    {
        var (events, contexts) = (new List<SoundEvent>(), new List<SoundContext>());
        foreach (var segment in segments)
        {
            List<SoundEvent> kept = [.. segment.Events.Where((_, i) => segment.Worth[i] >= threshold)];
            if (kept.Count == 0) continue;
            events.AddRange(kept.Select(e => e with { Context = contexts.Count, Details = pure ? [] : e.Details }));
            contexts.Add(segment.Context.Numbers.IsEmpty
                ? SoundContext.Of(kept.OrderBy(e => e.Frame).ThenBy(e => e.Channel), segment.Context.Level)
                : new SoundContext(encoder.Model.ContextAmong(segment.Context.Numbers, kept.Count), segment.Context.Level));
        }

        return new SparseCode(encoder.Layout, encoder.Fingerprint, length, events, contexts);
    }

    private sealed class FirstPart(IProgress<double>? whole) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(FindingShare * value);
    }

    // The events of a segment and what each is worth: the drop of the distance when it is added to those before it, or the least of theirs, so
    // that no event is kept without those before it.
    private sealed record RankedSegment(SoundContext Context, IReadOnlyList<SoundEvent> Events, IReadOnlyList<double> Worth);

    private RankedSegment Ranked(EncodedSegment segment, Recording recording)
    {
        if (segment.Events.Count == 0) return new RankedSegment(segment.Context, [], []);
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var layout = encoder.Layout;
        var first = layout.SegmentOf(segment.Events[0]) * layout.SegmentFrames;
        var samples = new float[layout.SegmentSamples];
        var start = (long)first * layout.Hop;
        recording.Read(start, samples.AsSpan(0, (int)Math.Min(samples.Length, recording.Length - start)));
        List<SoundEvent> events = [.. segment.Events.OrderByDescending(e => e.Amplitude)];
        var target = Spectra(tensor(samples, [1, samples.Length], device: CPU).IntoTorchMemory(encoder.Model.Device()) / segment.Context.Level).abs();
        var sounds = encoder.Model.DecodeEvents(CodeTensors.ToEncoding(encoder.Model, [new EventGroup(first, segment.Context, events)]));
        var spectra = Spectra(sounds.squeeze(0));
        var sum = zeros_like(spectra.narrow(0, 0, 1));
        var left = Enumerable.Range(0, events.Count).ToList();
        var before = Distances(target, sum)[0];
        var (order, worth, least) = (new List<SoundEvent>(), new List<double>(), double.MaxValue);
        while (left.Count > 0)
        {
            using var round = NewDisposeScope();
            var added = sum + spectra.index_select(0, tensor(left.Select(i => (long)i).ToArray(), device: sum.device));
            var distances = Distances(target, added);
            var next = Array.IndexOf(distances, distances.Min());
            least = Math.Min(least, before - distances[next]);
            before = distances[next];
            sum = added.narrow(0, next, 1).clone().MoveToOuterDisposeScope();
            order.Add(events[left[next]]);
            worth.Add(least);
            left.RemoveAt(next);
        }

        return new RankedSegment(segment.Context, order, worth);
    }

    // (sounds, bins, frames) of sounds (sounds, samples); a full-scale sine reads 1.
    private static Tensor Spectra(Tensor sounds)
    {
        using var scope = NewDisposeScope();
        var window = hann_window(Window, device: sounds.device);
        return (stft(sounds, Window, Window / 2, Window, window, return_complex: true) * (4.0 / Window)).MoveToOuterDisposeScope();
    }

    // Spectral convergence plus mean |ln difference| of every item (items, bins, frames).
    private static float[] Distances(Tensor target, Tensor spectra)
    {
        using var scope = NewDisposeScope();
        var magnitudes = spectra.abs();
        var convergence = (magnitudes - target).square().sum([1, 2]).sqrt() / target.square().sum().sqrt().clamp_min(1e-9);
        Tensor Log(Tensor x) => x.clamp_min(Floor).log();
        return (convergence + (Log(magnitudes) - Log(target)).abs().mean([1, 2])).cpu().data<float>().ToArray();
    }

    // Of the file's code as it will be read: the workbook's loss, the mean over its blocks.
    private double Distance(RatedCode rated, Recording recording, CancellationToken cancellation)
    {
        using var reader = new CodeReader(new MemoryStream(CodeFile.ToBytes(rated.Code, rated.Precision)), "code");
        var (sum, weight, start) = (0.0, 0L, 0L);
        foreach (var block in new CodeDecoder(encoder.Model).DecodeBlocks(reader, cancellation: cancellation))
        {
            var (original, decoded) = (new float[encoder.Layout.SegmentSamples], new float[encoder.Layout.SegmentSamples]);
            recording.Read(start, original.AsSpan(0, block.Length));
            block.CopyTo(decoded, 0);
            start += block.Length;
            if (!original.AsSpan().ContainsAnyExcept(0)) continue;
            sum += Loss(original, decoded) * block.Length;
            weight += block.Length;
        }

        return weight == 0 ? 0 : sum / weight;
    }

    private double Loss(float[] original, float[] decoded)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var peak = original.Max(Math.Abs);
        Tensor OnDevice(float[] sound) => tensor(sound, [1, 1, sound.Length], device: CPU).IntoTorchMemory(encoder.Model.Device()) / peak;
        return new WorkbookLoss(encoder.Layout.SampleRate).Compute(OnDevice(original), OnDevice(decoded)).Total.item<float>();
    }
}

/// <summary>A recording cannot be encoded at a bit rate.</summary>
/// <param name="message">Which rate it would take.</param>
public sealed class CodeRateException(string message) : Exception(message);
