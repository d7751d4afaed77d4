namespace SparseAudio.Evaluation.Baselines;

/// <summary>What a matching pursuit has found.</summary>
/// <param name="Atoms">The atoms in the order in which they were taken.</param>
/// <param name="Residual">(samples): what they leave of the signal.</param>
/// <param name="ResidualEnergies">Sum of squares of what is left: of the signal itself, then after each atom.</param>
public sealed record PursuitResult(IReadOnlyList<PursuitAtom> Atoms, float[] Residual, IReadOnlyList<double> ResidualEnergies);
