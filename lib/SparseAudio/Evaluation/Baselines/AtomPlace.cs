namespace SparseAudio.Evaluation.Baselines;

/// <summary>Which atom of a family: all that is chosen before its strength and phase follow from the signal.</summary>
/// <param name="Position">Where the atom is anchored, in samples and fractions of them: a Gabor atom's centre, a damped sinusoid's onset.</param>
/// <param name="Width">How long it is, in samples: see <see cref="AtomFamily"/>.</param>
/// <param name="Frequency">In cycles a sample, above 0 and below 0.5.</param>
public readonly record struct AtomPlace(double Position, double Width, double Frequency);
