namespace SparseAudio.Evaluation.Baselines;

/// <summary>An envelope as a recursion: the next value is this one times <paramref name="Ratio"/>, the next ratio this one times <paramref name="Curvature"/>.</summary>
/// <remarks>Gaussians and exponentials are exactly such, and a multiplication a sample is ten times faster than an exponential.</remarks>
internal readonly record struct EnvelopeStep(double Value, double Ratio, double Curvature);
