using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>Gradients without the detour over fields of the parameters.</summary>
internal static class Gradient
{
    /// <summary>The gradients of a number; they belong to the current dispose scope.</summary>
    /// <param name="loss">A single number.</param>
    /// <param name="parameters">What it may depend on.</param>
    /// <returns>One a parameter, null where the number does not depend on it.</returns>
    public static Tensor?[] Of(Tensor loss, Parameter[] parameters) =>
        [.. autograd.grad([loss], parameters, allow_unused: true).Select(gradient => gradient is null || gradient.IsInvalid ? null : gradient)];
}
