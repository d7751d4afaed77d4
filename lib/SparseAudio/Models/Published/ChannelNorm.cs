using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// Batch normalisation of the last axis: statistics over all rows and times in training mode, running statistics in
/// evaluation mode (momentum 0.1, epsilon 1e-5).
/// </summary>
public sealed class ChannelNorm : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly Tensor num_batches_tracked;

    /// <summary>Parameters weight and bias (channels); buffers running_mean, running_var, num_batches_tracked.</summary>
    public ChannelNorm(long channels, Device device) : base(nameof(ChannelNorm))
    {
        weight = new Parameter(ones(channels, device: device));
        bias = new Parameter(zeros(channels, device: device));
        running_mean = zeros(channels, device: device);
        running_var = ones(channels, device: device);
        num_batches_tracked = zeros([], ScalarType.Int64, device);
        RegisterComponents();
        this.OutliveScopes();
    }

    /// <summary>Normalises every channel.</summary>
    /// <param name="input">(rows, time, channels)</param>
    /// <returns>(rows, time, channels)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Flat(input.flatten(0, 1)).view(input.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Normalises every channel, with rows and time in one dimension.</summary>
    /// <param name="input">(rows * time, channels)</param>
    /// <returns>(rows * time, channels), a tensor that nothing else refers to.</returns>
    public Tensor Flat(Tensor input)
    {
        Count();
        return Normalise(input, running_mean);
    }

    /// <summary>
    /// In training mode, <see cref="Flat"/> of input + omitted: a constant in a channel changes nothing but the running
    /// mean.
    /// </summary>
    /// <param name="input">(rows * time, channels)</param>
    /// <param name="omitted">(channels)</param>
    /// <returns>(rows * time, channels), a tensor that nothing else refers to.</returns>
    public Tensor FlatWithoutBias(Tensor input, Tensor omitted)
    {
        using var scope = NewDisposeScope();
        Count();
        var mean = running_mean - omitted.detach();
        var normalised = Normalise(input, mean);
        using (no_grad()) running_mean.copy_(mean + omitted);
        return normalised.MoveToOuterDisposeScope();
    }

    private Tensor Normalise(Tensor input, Tensor mean) => batch_norm(input, mean, running_var, weight, bias, training);

    private void Count()
    {
        if (!training) return;
        using var fixedGraph = no_grad();
        num_batches_tracked.add_(1);
    }
}
