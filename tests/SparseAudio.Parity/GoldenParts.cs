using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Models.Published;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Parity;

/// <summary>Single parts of the model, on hashed input or as part of a pass.</summary>
internal sealed class GoldenParts(PublishedModel model, Action<string, Tensor> compare)
{
    private const double PublishedScale = 1e-6;
    private const double ReconstructionScale = 0.02;
    private readonly PublishedConfig _config = model.Config;

    /// <summary>The impulses, and the layers on the way to them.</summary>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <param name="noise">(batch * events, impulse samples)</param>
    /// <returns>(batch, events, impulse samples)</returns>
    public Tensor Impulse(Tensor embedding, Tensor noise)
    {
        var rows = embedding.flatten(0, 1);
        var controls = model.Impulse.Controls(rows);
        compare("imp.to_frames", controls);
        compare("imp.noise_model.upscale", model.Impulse.Noise.BandControls(controls));
        return model.Impulse.forward(rows, noise).view(embedding.shape[0], embedding.shape[1], -1);
    }

    /// <summary>The resonances from their beginning, and the layers on the way to them.</summary>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor Resonance(Tensor embedding)
    {
        var (batch, events) = (embedding.shape[0], embedding.shape[1]);
        compare("res.selection.relu", model.Resonance.Selection(embedding));
        compare("res.momentum", model.Resonance.Gains(embedding));
        var controls = model.Resonance.FilterControls(embedding.flatten(0, 1));
        compare("res.to_filter", controls);
        var filters = model.Resonance.Filters(controls.transpose(1, 2));
        compare("res.filter", filters.view(batch, events, filters.shape[1], filters.shape[2]));
        return model.Resonance.forward(embedding, zeros([batch, events], ScalarType.Int64, embedding.device));
    }

    /// <summary>What does not depend on any input.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    public void Constants(Tensor audio)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        compare("input", audio);
        compare("stft_2048_256", Stft.Magnitude(audio, _config.Window, _config.Hop));
        compare("refractory", model.Refractory);
        compare("rooms", model.Reverb.Responses);
        var atoms = model.Resonance.Atoms;
        compare("res.atoms", atoms);
        for (var row = 0; row < atoms.shape[0]; row++) compare($"res.atoms.row{row}", atoms[row]);
        compare("res.atoms.row_sums", atoms.sum(1, type: ScalarType.Float64));
        compare("res.atoms.row_l2", GoldenComparison.RowNorms(atoms));
    }

    /// <summary>Every part by itself, on hashed input, in evaluation mode.</summary>
    /// <param name="input">Gives a hashed tensor of a name, shape and scale.</param>
    public void Isolated(Func<string, long[], double, Tensor> input)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var (a, b) = (input("iso_fft_a", [2, 3, 1000], 1), input("iso_fft_b", [2, 3, 1000], 1));
        var convolved = FftConvolution.Convolve(a, b, 1000);
        compare("iso.fft_convolve", convolved);
        compare("iso.simple_fft_convolve", convolved / Math.Sqrt(2000));

        var map = input("iso_sparsify", [2, 32, 16], 1);
        var (channels, frames, values) = EventSelection.Largest(map, 8);
        compare("iso.sparsify2.sparse", new SparseEncoding(channels, frames, values).ToDense(32, 16));
        compare("iso.sparsify2.packed", GoldenCode.Rows(frames, values, 16));
        compare("iso.sparsify2.one_hot", GoldenCode.Rows(channels, values, 32));

        var embedding = input("iso_emb", [2, _config.Events, _config.EmbeddingSize], 1);
        var isolated = new GoldenParts(model, (name, value) => compare($"iso.{name}", value));
        var impulse = isolated.Impulse(embedding, input("noise", [2 * _config.Events, _config.ImpulseSamples], 1));
        compare("iso.imp", impulse);
        compare("iso.imp.event_l2", GoldenComparison.RowNorms(impulse));
        var resonance = isolated.Resonance(embedding);
        compare("iso.res", resonance);
        compare("iso.res.event_l2", GoldenComparison.RowNorms(resonance));
        compare("iso.amps", model.Amplitudes(embedding));

        var dry = input("iso_dry", [2, _config.Events, _config.Samples], 1);
        compare("iso.verb", model.Reverb.forward(input("iso_ctx", [2, _config.ContextSize], 1), dry));
        var spectrogram = input("iso_spec", [2, _config.Window / 2, _config.Frames], 1);
        compare("iso.unet", model.Encoder.forward(spectrogram));
    }

    /// <summary>The loss by itself, and its gradients to both of its arguments.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    /// <param name="input">Gives a hashed tensor of a name, shape and scale.</param>
    /// <returns>The loss.</returns>
    public double Loss(Tensor audio, Func<string, long[], double, Tensor> input)
    {
        using var scope = NewDisposeScope();
        var events = input("iso_recon", [audio.shape[0], _config.Events, _config.Samples], ReconstructionScale).requires_grad_();
        var target = audio.detach().clone().requires_grad_();
        var loss = new PublishedLoss(_config.Events, PublishedScale).Compute(target, events);
        var gradients = autograd.grad([loss.Total], [events, target]);
        compare("iso.loss.grad_recon", gradients[0]);
        compare("iso.loss.grad_target", gradients[1]);
        return loss.Total.item<float>();
    }
}
