using SparseAudio.Audio;
using SparseAudio.Codec.Format;
using SparseAudio.Losses;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>A code that was made for a bit rate.</summary>
/// <param name="Code">The events that are worth their bits, as the file holds them.</param>
/// <param name="File">The code file.</param>
public sealed record RatedCode(SparseCode Code, byte[] File)
{
    /// <summary>The rate of the whole file, its header included.</summary>
    public double KilobitsPerSecond => File.Length * 8 / 1000.0 / Code.DurationSeconds;
}

/// <summary>
/// Encodes a recording at a given bit rate. Events, and the details of events, are kept in the order of what they bring the sound nearer to the
/// recording for each bit that they take (<see cref="EventRanking"/>), as many as the rate has room for, with numbers in coarse or fine steps;
/// what sounds closest to the recording is taken. Its file has layers: the first quarter and the first half are codes of the whole recording too.
/// The whole code is in memory.
/// </summary>
/// <param name="encoder">Finds the events.</param>
public sealed class RateControl(CodeEncoder encoder)
{
    private const double Tolerance = 0.03;

    // Of the time, about as much goes into finding and ranking events.
    private const double FindingShare = 0.6;

    private static readonly double[] _qualities = [RatedEvents.CoarsestQuality, 6, 7, 8, 10];

    // Layers before the last: shares of the rate, where they come to as much.
    private static readonly double[] _shares = [0.25, 0.5];
    private const double LeastLayer = 0.25;

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
        var most = (int)Math.Min(int.MaxValue, kilobitsPerSecond * 1000 / 8 * recording.DurationSeconds);
        List<RankedSegment> segments = [.. encoder.EncodeSegments(recording, new FirstPart(progress), cancellation).Select(
            segment => EventRanking.Rank(encoder.Model, encoder.Layout, segment, recording))];
        List<RatedEvents> events = [.. _qualities.Select(quality => new RatedEvents(encoder, segments, recording.Length, quality))];
        List<(RatedEvents Events, byte[] File)> files = [.. events.Select(e => (e, e.Within(most, [])))];
        if (files.All(file => file.File.Length > most))
        {
            throw new CodeRateException(FormattableString.Invariant(
                $"At {kilobitsPerSecond} kbit/s there are {most} bytes; the smallest code of this recording takes {files.Min(f => f.File.Length)}"));
        }

        // A code that leaves bytes unused has all events, told too coarsely: the rate that was asked for is met where any code meets it.
        files.RemoveAll(file => file.File.Length > most);
        if (files.Any(IsFull)) files.RemoveAll(file => !IsFull(file));
        var heard = 0;
        var best = files.Count == 1 ? files[0] : files.MinBy(file =>
        {
            var distance = Distance(Code(file.File), recording, cancellation);
            progress?.Report(FindingShare + (1 - FindingShare) * ++heard / files.Count);
            return distance;
        });
        var used = best.File.Length;
        var ends = _shares.Select(share => (int)(share * used)).Where(bytes => bytes >= LeastLayer * 1000 / 8 * recording.DurationSeconds);
        var layered = best.Events.Within(most, [.. ends]);
        progress?.Report(1);
        return new RatedCode(Code(layered), layered);

        bool IsFull((RatedEvents, byte[] File) file) => file.File.Length >= (1 - Tolerance) * most;
        SparseCode Code(byte[] file) => CodeFile.Read(new MemoryStream(file), "code");
    }

    private sealed class FirstPart(IProgress<double>? whole) : IProgress<double>
    {
        public void Report(double value) => whole?.Report(FindingShare * value);
    }

    // The workbook's loss, the mean over the code's blocks.
    private double Distance(SparseCode code, Recording recording, CancellationToken cancellation)
    {
        var (sum, weight, start) = (0.0, 0L, 0L);
        foreach (var block in new CodeDecoder(encoder.Model).DecodeBlocks(code, cancellation: cancellation))
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
