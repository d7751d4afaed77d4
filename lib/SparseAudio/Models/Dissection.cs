using SparseAudio.Models.Published;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models;

/// <summary>Decodes a code in slow motion, keeping what is otherwise added up at once.</summary>
public static class Dissection
{
    /// <summary>The parts of every event of a code.</summary>
    /// <param name="model">The model that made the code.</param>
    /// <param name="encoding">Any number of events.</param>
    public static EventAnatomy Dissect(this SparseAudioModel model, SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var anatomy = model.Pitched is { } pitched ? pitched.Dissect(encoding) : DissectPublished(model, encoding);
        return anatomy.MoveToOuterDisposeScope();
    }

    private static EventAnatomy DissectPublished(SparseAudioModel model, SparseEncoding encoding)
    {
        var config = model.Config;
        var context = encoding.Context ?? model.ContextOf(encoding);
        var embedding = model.Embed(encoding, context);
        var burst = model.Impulse.forward(embedding.flatten(0, 1), model.Noise.For(encoding, config.ImpulseSamples))
            .view(encoding.Values.shape[0], encoding.Values.shape[1], -1);
        var shares = (model.Amplitudes(embedding) * encoding.Values.unsqueeze(2) * model.Mix.forward(embedding)).chunk(3, 2);
        var resonance = model.Resonance.forward(embedding, encoding.Frames);
        var impulse = Scheduling.Place(burst * shares[0], encoding.Frames, config.Hop, config.Samples);
        var struck = FftConvolution.Convolve(burst * shares[1], resonance, config.Samples);
        var ringing = resonance * shares[2];
        var dry = impulse + struck + ringing;
        var heard = model.Room.forward(context.narrow(1, config.EmbeddingSize, config.ContextSize), dry);
        return new EventAnatomy(impulse, ringing, struck, dry, heard);
    }
}
