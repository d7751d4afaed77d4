using SparseAudio.Audio;
using SparseAudio.Codec.Format;
using SparseAudio.Losses;

namespace SparseAudio.Codec;

/// <summary>A code that was made for a bit rate.</summary>
/// <param name="Code">The events that are worth their bits, as the file holds them.</param>
/// <param name="File">The code file.</param>
public sealed record RatedCode(SparseCode Code, byte[] File)
{
    /// <summary>The rate of the whole file, its header included.</summary>
    public double KilobitsPerSecond => File.Length * 8 / 1000.0 / Code.DurationSeconds;
}

/// <summary>A recording whose events are ranked by what they add to its sound, to be encoded at any rate. See <see cref="RateControl"/>.</summary>
public sealed class RankedRecording
{
    private const double Tolerance = 0.03;

    // Layers before the last: shares of the rate, where they come to as much in kbit/s.
    private const double LeastLayer = 0.25;
    private static readonly double[] _shares = [0.25, 0.5];

    // Of the codes that use a rate up the finest have the fewest events, and decoding takes time: so many of the coarsest are decoded.
    private const int MostDecoded = 3;
    private static readonly double[] _qualities = [RatedEvents.CoarsestQuality, 6, 7, 8, 10];

    private readonly CodeEncoder _encoder;
    private readonly Recording _recording;
    private readonly List<RatedEvents> _events;

    internal RankedRecording(CodeEncoder encoder, Recording recording, List<RankedSegment> segments)
    {
        (_encoder, _recording) = (encoder, recording);
        _events = [.. _qualities.Select(quality => new RatedEvents(encoder, segments, recording.Length, quality))];
    }

    /// <summary>Encodes the recording at a rate.</summary>
    /// <param name="kilobitsPerSecond">The rate of the file, its header included; it is not exceeded.</param>
    /// <param name="cancellation">Ends between two segments.</param>
    /// <returns>The code that sounds closest to the recording.</returns>
    /// <exception cref="CodeRateException">The rate is too low for a single event.</exception>
    public RatedCode At(double kilobitsPerSecond, CancellationToken cancellation = default)
    {
        var most = (int)Math.Min(int.MaxValue, kilobitsPerSecond * 1000 / 8 * _recording.DurationSeconds);
        List<(RatedEvents Events, byte[] File)> files = [.. _events.Select(e => (e, e.Within(most, [])))];
        if (files.All(file => file.File.Length > most))
        {
            throw new CodeRateException(FormattableString.Invariant(
                $"At {kilobitsPerSecond} kbit/s there are {most} bytes; the smallest code of this recording takes {files.Min(f => f.File.Length)}"));
        }

        // Where no code uses the rate up, all have all events, and the finest is the best.
        files.RemoveAll(file => file.File.Length > most);
        List<(RatedEvents Events, byte[] File)> full = [.. files.Where(file => file.File.Length >= (1 - Tolerance) * most).Take(MostDecoded)];
        var best = full.Count > 1 ? full.MinBy(file => Distance(Code(file.File), cancellation)) : full.Append(files[^1]).First();
        var ends = _shares.Select(share => (int)(share * best.File.Length))
            .Where(bytes => bytes >= LeastLayer * 1000 / 8 * _recording.DurationSeconds);
        var layered = best.Events.Within(most, [.. ends]);
        return new RatedCode(Code(layered), layered);

        SparseCode Code(byte[] file) => CodeFile.Read(new MemoryStream(file), "code");
    }

    private double Distance(SparseCode code, CancellationToken cancellation)
    {
        var distance = new BlockDistance(_encoder.Layout.SampleRate, _encoder.Layout.SegmentSamples, _encoder.Model.Device());
        var start = 0L;
        foreach (var block in new CodeDecoder(_encoder.Model).DecodeBlocks(code, cancellation: cancellation))
        {
            var original = new float[block.Length];
            _recording.Read(start, original);
            distance.Add(original, block);
            start += block.Length;
        }

        return distance.Mean;
    }
}
