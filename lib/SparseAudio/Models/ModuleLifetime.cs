using static TorchSharp.torch.nn;

namespace SparseAudio.Models;

/// <summary>How long a module's tensors live.</summary>
internal static class ModuleLifetime
{
    /// <summary>
    /// Takes the tensors out of the dispose scope that the module is built in: they live until the module is disposed,
    /// as those of TorchSharp's own modules do.
    /// </summary>
    /// <param name="module">All its tensors are registered.</param>
    public static void OutliveScopes(this Module module)
    {
        foreach (var tensor in module.state_dict().Values) _ = tensor.DetachFromDisposeScope();
    }
}
