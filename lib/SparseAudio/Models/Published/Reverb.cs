using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// The reverb of a segment (class ReverbGenerator of the original's modules/reverb.py): a mix of measured impulse responses, and the
/// shares of the dry and the wet sound. One setting for a whole segment, so the reverb of a sum of events is the sum of their reverbs.
/// </summary>
internal sealed class Reverb : Module<Tensor, Tensor, Tensor>
{
    private readonly ResponseBank verb;
    private readonly LinearOutputStack to_mix;
    private readonly LinearOutputStack to_room;
    private readonly bool orthonormal;

    /// <summary>Builds the layers; the responses are silent until <see cref="SetResponses"/>.</summary>
    public Reverb(PublishedConfig config, Device device) : base(nameof(Reverb))
    {
        var norm = LayerNorm(config.ContextSize, device: device);
        verb = new ResponseBank(config.Rooms, config.Samples, device);
        to_mix = new LinearOutputStack(null, config.ContextSize, 2, norm, device);
        to_room = new LinearOutputStack(null, config.ContextSize, config.Rooms, norm, device);
        orthonormal = config.OrthonormalRoom;
        RegisterComponents();
    }

    /// <summary>The impulse responses (rooms, samples).</summary>
    public Tensor Responses => verb.Responses;

    /// <summary>Copies impulse responses in.</summary>
    /// <param name="responses">(rooms, samples)</param>
    public void SetResponses(Tensor responses)
    {
        using var fixedGraph = no_grad();
        verb.Responses.copy_(responses);
    }

    /// <summary>Shares of the impulse responses.</summary>
    /// <param name="context">(batch, context)</param>
    /// <returns>(batch, rooms), summing to 1.</returns>
    public Tensor RoomShares(Tensor context) => softmax(to_room.forward(context), -1);

    /// <summary>Shares of the dry and the wet sound, in this order.</summary>
    /// <param name="context">(batch, context)</param>
    /// <returns>(batch, 2), summing to 1.</returns>
    public Tensor DryWet(Tensor context) => softmax(to_mix.forward(context), -1);

    /// <summary>The wet sound alone.</summary>
    /// <param name="context">(batch, context)</param>
    /// <param name="dry">(batch, signals, samples)</param>
    /// <returns>(batch, signals, samples)</returns>
    public Tensor Wet(Tensor context, Tensor dry)
    {
        using var scope = NewDisposeScope();
        var samples = dry.shape[^1];
        var response = RoomShares(context).matmul(verb.Responses).unsqueeze(1);
        // As published, three orthonormal transforms of twice the length leave the convolution that much too quiet.
        if (orthonormal) response = response / Math.Sqrt(2.0 * response.shape[^1]);
        return FftConvolution.Convolve(response, dry, samples).MoveToOuterDisposeScope();
    }

    /// <summary>Adds to signals the reverb of their segment.</summary>
    /// <param name="context">(batch, context)</param>
    /// <param name="dry">(batch, signals, samples)</param>
    /// <returns>(batch, signals, samples)</returns>
    public override Tensor forward(Tensor context, Tensor dry)
    {
        using var scope = NewDisposeScope();
        var shares = DryWet(context).unsqueeze(-1).chunk(2, 1);  // 2 x (batch, 1, 1)
        return (shares[0] * dry + shares[1] * Wet(context, dry)).MoveToOuterDisposeScope();
    }

    // Holds the responses under the published name "verb.verb.rooms".
    private sealed class ResponseBank : Module
    {
        private readonly Tensor rooms;

        public ResponseBank(long count, long samples, Device device) : base(nameof(ResponseBank))
        {
            rooms = zeros(count, samples, device: device).DetachFromDisposeScope();
            RegisterComponents();
        }

        public Tensor Responses => rooms;
    }
}
