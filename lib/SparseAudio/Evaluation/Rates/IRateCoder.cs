using SparseAudio.Audio;

namespace SparseAudio.Evaluation.Rates;

/// <summary>A system that codes recordings at given bit rates, to real bytes, and decodes what it wrote.</summary>
public interface IRateCoder
{
    /// <summary>What tables call it.</summary>
    string Name { get; }

    /// <summary>Codes a recording at several rates, and decodes each code from its bytes alone.</summary>
    /// <param name="clip">The recording.</param>
    /// <param name="rates">
    /// Bit rates in kbit/s, none of which is exceeded; a rate at which the recording cannot be coded is left out. A coder that has rates of its
    /// own codes at those instead.
    /// </param>
    /// <param name="cancellation">Ends early with an exception.</param>
    IEnumerable<CodedSound> Code(AudioClip clip, IReadOnlyList<double> rates, CancellationToken cancellation = default);
}

/// <summary>A recording as a coder's bytes, and the sound that they become.</summary>
/// <param name="Rate">The bit rate that was asked for, in kbit/s.</param>
/// <param name="Bytes">The code.</param>
/// <param name="Sound">(samples): the code decoded, as long as the recording.</param>
public sealed record CodedSound(double Rate, byte[] Bytes, float[] Sound);
