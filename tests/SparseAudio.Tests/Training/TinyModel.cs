using SparseAudio.Losses;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Tests.Training;

/// <summary>
/// A model that takes a millisecond a step and has whatever makes resuming hard: dropout, running statistics, and a
/// layer without gradients.
/// </summary>
internal sealed class TinyModel : Module<Tensor, Tensor>
{
    public const int Samples = 1024;
    private const int Width = 12;
    private readonly Linear down;
    private readonly Linear up;
    private readonly Linear unused;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;

    public TinyModel(long seed = 0)
        : base(nameof(TinyModel))
    {
        down = Linear(Samples, Width, true, CPU);
        up = Linear(Width, Samples, true, CPU);
        unused = Linear(3, 2, true, CPU);
        running_mean = zeros(Width, device: CPU);
        running_var = ones(Width, device: CPU);
        RegisterComponents();
        using var generator = new Generator((ulong)seed);
        using var fixedGraph = no_grad();
        foreach (var parameter in parameters())
            parameter.uniform_(-0.1, 0.1, generator);
    }

    /// <summary>The statistics that a forward pass moves.</summary>
    public Tensor RunningMean => running_mean;

    public override Tensor forward(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var hidden = functional.batch_norm(down.forward(audio.squeeze(1)), running_mean, running_var, training: training);
        hidden = functional.dropout(functional.leaky_relu(hidden, 0.2), 0.1, training);
        return up.forward(hidden).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>The mean squared error, in two parts.</summary>
    public LossParts Objective(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var rebuilt = forward(audio);
        return LossParts.Of([
            ("error", (rebuilt - audio).square().mean().MoveToOuterDisposeScope()),
            ("size", (rebuilt.square().mean() * 0.01).MoveToOuterDisposeScope()),
        ]).MoveToOuterDisposeScope();
    }
}
