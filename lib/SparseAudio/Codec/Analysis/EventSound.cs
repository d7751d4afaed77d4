namespace SparseAudio.Codec.Analysis;

/// <summary>What the decoder makes of one event.</summary>
/// <param name="FundamentalHz">The pitch, or null where the sound has none.</param>
/// <param name="PitchConfidence">How sure that is, 0 to 1.</param>
/// <param name="DecaySeconds">From the loudest moment until the sound stays 60 dB below it.</param>
/// <param name="CentroidHz">The brightness: the mean frequency, weighted by energy.</param>
/// <param name="Energy">The sum of the squared samples.</param>
/// <param name="EnergyShare">The part of all events' energies, 0 to 1.</param>
public sealed record EventSound(
    double? FundamentalHz, double PitchConfidence, double DecaySeconds, double CentroidHz, double Energy, double EnergyShare)
{
    /// <summary>The nearest note's name, such as <c>A4</c>, or null where there is no pitch.</summary>
    public string? Note => FundamentalHz is { } hz ? Pitch.NameOf(hz) : null;
}
