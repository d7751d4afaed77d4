using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Model;

/// <summary>Starting values of the parameters.</summary>
public static class Initialisation
{
    /// <summary>
    /// The published start: every weight, also of the normalisations, uniform in ±<paramref name="scale"/>, every bias
    /// zero.
    /// </summary>
    /// <param name="module">Its parameters are overwritten.</param>
    /// <param name="seed">The same seed gives the same values on every device.</param>
    /// <param name="scale">Largest magnitude.</param>
    public static void Uniform(Module module, long seed, double scale = 0.1)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.zero_();
            else parameter.copy_(empty(parameter.shape, device: CPU).uniform_(-scale, scale, generator));
        }
    }
}
