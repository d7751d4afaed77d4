using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>How far a rebuilt segment is from its target, as a sum of named parts.</summary>
public interface ILoss
{
    /// <summary>Compares.</summary>
    /// <param name="target">(batch, 1, samples)</param>
    /// <param name="events">(batch, events, samples): the rebuilt events; losses that judge only their sum also take (batch, 1, samples).</param>
    /// <returns>Scalars that carry the gradient to the events.</returns>
    LossParts Compute(Tensor target, Tensor events);
}
