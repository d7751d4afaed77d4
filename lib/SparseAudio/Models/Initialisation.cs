using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models;

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

    /// <summary>
    /// Weights of layers uniform in ±1/sqrt(inputs), gains of normalisations one, biases zero. Layers start with outputs as
    /// large as their inputs, whatever their width.
    /// </summary>
    /// <param name="module">Its parameters are overwritten.</param>
    /// <param name="generator">The source of the values, on the CPU.</param>
    public static void FanIn(Module module, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (parameter.shape.Length >= 2)
            {
                var scale = 1 / Math.Sqrt(parameter.numel() / (double)parameter.shape[0]);
                parameter.copy_(empty(parameter.shape, device: CPU).uniform_(-scale, scale, generator));
            }
            // TorchSharp leaves a GroupNorm's weight as the memory was.
            else if (name.EndsWith("weight", StringComparison.Ordinal)) parameter.fill_(1);
            else if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.zero_();
        }
    }
}
