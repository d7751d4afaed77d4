using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The reverb of a segment: the sound itself plus a share of its convolution with a mix of unit-energy impulse
/// responses. It starts nearly dry, and what is dry stays as loud as it is.
/// </summary>
internal sealed class Reverb : Module<Tensor, Tensor, Tensor>
{
    private readonly Linear choose;
    private readonly Tensor rooms;

    /// <summary>Builds the layer; the responses are silent until <see cref="SetResponses"/>.</summary>
    public Reverb(WorkbookConfig config, Device device) : base(nameof(Reverb))
    {
        choose = Linear(config.ContextSize, config.Rooms + 1, true, device);
        rooms = zeros(config.Rooms, config.Samples, device: device).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Copies impulse responses in, each scaled to unit energy.</summary>
    /// <param name="responses">(rooms, samples)</param>
    public void SetResponses(Tensor responses)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        rooms.copy_(responses / responses.square().sum(1, true).sqrt().clamp_min(1e-12));
    }

    /// <summary>Shares of the impulse responses.</summary>
    /// <param name="context">(batch, context)</param>
    /// <returns>(batch, rooms), summing to 1.</returns>
    public Tensor RoomShares(Tensor context)
    {
        using var scope = NewDisposeScope();
        return softmax(choose.forward(context).narrow(1, 1, rooms.shape[0]), -1).MoveToOuterDisposeScope();
    }

    /// <summary>Gain of the wet sound.</summary>
    /// <param name="context">(batch, context)</param>
    /// <returns>(batch, 1) in 0…1.</returns>
    public Tensor Wetness(Tensor context)
    {
        using var scope = NewDisposeScope();
        return choose.forward(context).narrow(1, 0, 1).sigmoid().MoveToOuterDisposeScope();
    }

    /// <summary>Adds to signals the reverb of their segment.</summary>
    /// <param name="context">(batch, context)</param>
    /// <param name="dry">(batch, signals, samples)</param>
    /// <returns>(batch, signals, samples)</returns>
    public override Tensor forward(Tensor context, Tensor dry)
    {
        using var scope = NewDisposeScope();
        var response = RoomShares(context).matmul(rooms) * Wetness(context);
        return (dry + FftConvolution.Convolve(response.unsqueeze(1), dry, dry.shape[^1])).MoveToOuterDisposeScope();
    }

    /// <summary>The untrained start: a wet gain of 5 %, all responses alike.</summary>
    internal void Dry()
    {
        choose.weight.zero_();
        choose.bias!.zero_();
        choose.bias!.narrow(0, 0, 1).fill_(-3);
    }
}
