using SparseAudio.Audio;

namespace SparseAudio.Codec;

/// <summary>
/// Encodes a recording at a given bit rate. Events, and the details of events, are kept in the order of what they bring the sound nearer to the
/// recording for each bit that they take (<see cref="EventRanking"/>), as many as the rate has room for, with numbers in coarse or fine steps;
/// what sounds closest to the recording is taken. Its file has layers: the first quarter and the first half are codes of the whole recording too.
/// The whole code is in memory.
/// </summary>
/// <param name="encoder">Finds the events.</param>
public sealed class RateControl(CodeEncoder encoder)
{
    /// <summary>
    /// How many steps of refinement pay: eight take one and a half times as long as finding the events, and the sound comes nearer than by any
    /// number of bits without.
    /// </summary>
    public const int UsualRefineSteps = 8;

    // Of the time, about as much goes into finding and ranking events.
    private const double RankingShare = 0.7;

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
        var ranked = Rank(recording, progress is null ? null : new Part(progress, RankingShare), cancellation);
        var rated = ranked.At(kilobitsPerSecond, cancellation);
        progress?.Report(1);
        return rated;
    }

    /// <summary>Finds and ranks the events of a recording, to encode it at several rates.</summary>
    /// <param name="recording">The recording, at the model's sample rate; the result reads it again.</param>
    /// <param name="progress">Told the share of the work that is done.</param>
    /// <param name="cancellation">Ends between two segments.</param>
    /// <exception cref="ArgumentException">The recording is empty or of another sample rate.</exception>
    public RankedRecording Rank(Recording recording, IProgress<double>? progress = null, CancellationToken cancellation = default) => new(
        encoder, recording,
        [.. encoder.EncodeSegments(recording, progress, cancellation).Select(
            segment => EventRanking.Rank(encoder.Model, encoder.Layout, segment, recording))]);

    private sealed class Part(IProgress<double> whole, double share) : IProgress<double>
    {
        public void Report(double value) => whole.Report(share * value);
    }
}

/// <summary>A recording cannot be encoded at a bit rate.</summary>
/// <param name="message">Which rate it would take.</param>
public sealed class CodeRateException(string message) : Exception(message);
