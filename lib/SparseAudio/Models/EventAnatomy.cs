using static TorchSharp.torch;

namespace SparseAudio.Models;

/// <summary>What the events of a code are made of; each tensor (batch, events, samples).</summary>
/// <param name="Impulse">The burst of noise that sets each event off, as it is heard itself.</param>
/// <param name="Resonance">What is set ringing, as it is heard itself.</param>
/// <param name="Struck">Impulse and resonance convolved: the resonance as the impulse excites it.</param>
/// <param name="Dry">The three added; in pitched models with the event's share of the steady tone.</param>
/// <param name="Heard">Dry, in the room.</param>
public sealed record EventAnatomy(Tensor Impulse, Tensor Resonance, Tensor Struck, Tensor Dry, Tensor Heard)
{
    /// <summary>Hands all tensors to the dispose scope around the current one.</summary>
    public EventAnatomy MoveToOuterDisposeScope()
    {
        foreach (var part in (Tensor[])[Impulse, Resonance, Struck, Dry, Heard]) part.MoveToOuterDisposeScope();
        return this;
    }
}
