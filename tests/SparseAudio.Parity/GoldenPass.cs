using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Models.Published;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Parity;

/// <summary>A whole pass through the model, part by part, in evaluation or in training mode.</summary>
internal sealed class GoldenPass(PublishedModel model, GoldenComparison comparison, string mode)
{
    private const double PublishedScale = 1e-6;
    private readonly PublishedConfig _config = model.Config;

    /// <summary>Encodes and decodes, comparing on the way.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    public void Run(Tensor audio)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var encoding = Encode(audio);
        Code(encoding);
        var (dry, context) = Events(encoding);
        Room(context, dry);
        Reconstruction(audio, encoding);
    }

    private void Compare(string name, Tensor value) => comparison.Tensor($"{mode}.{name}", value);

    private void CompareEvents(string name, Tensor value)
    {
        Compare(name, value);
        Compare($"{name}.event_l2", GoldenComparison.RowNorms(value));
    }

    private SparseEncoding Encode(Tensor audio)
    {
        var features = model.Encoder.Features(
            model.Spectrogram(audio), (stage, output) => Compare($"encoder.{stage}", output));
        var map = model.Encoder.Projection.forward(features);
        Compare("encoder", map);
        Compare("encode", EventSelection.Suppress(map, model.Refractory));
        return EventSelection.Select(features, model.Encoder.Projection, model.Refractory, _config.Events);
    }

    private void Code(SparseEncoding encoding)
    {
        Compare("topk_values", encoding.Values);
        Compare("topk_indices", encoding.Channels * _config.Frames + encoding.Frames);
        Compare("sparse", encoding.ToDense(_config.Channels, _config.Frames));
        Compare("packed", GoldenCode.Rows(encoding.Frames, encoding.Values, _config.Frames));
        Compare("one_hot", GoldenCode.Rows(encoding.Channels, encoding.Values, _config.Channels));
        Compare("context_sum", encoding.ToDense(_config.Channels, _config.Frames).sum(2));
    }

    private (Tensor Dry, Tensor Context) Events(SparseEncoding encoding)
    {
        var (batch, events) = (encoding.Values.shape[0], encoding.Values.shape[1]);
        var context = model.ContextOf(encoding);
        var roomContext = context.narrow(1, _config.EmbeddingSize, _config.ContextSize);
        Compare("embed_context", context.narrow(1, 0, _config.EmbeddingSize));
        Compare("embed_memory_context", roomContext);
        Compare("embed_one_hot", model.EmbedEvents(encoding));
        var embedding = model.Embed(encoding, context);
        Compare("embeddings", embedding);

        var noise = model.Noise.For(encoding, _config.ImpulseSamples);
        var impulse = new GoldenParts(model, Compare).Impulse(embedding, noise);
        CompareEvents("imp", impulse);
        var resonance = new GoldenParts(model, Compare).Resonance(embedding);
        CompareEvents("res", resonance);

        Compare("mix.to_mix", model.Mix.Raw(embedding));
        Compare("mix", model.Mix.forward(embedding).view(3, 1, 1, 1).expand(3, batch, events, 1).flatten(0, 1));
        var amplitudes = model.Amplitudes(embedding);
        Compare("amps", amplitudes);
        var ringing = FftConvolution.Convolve(impulse, resonance, _config.Samples);
        CompareEvents("conv", ringing);
        var whole = nn.functional.pad(impulse, (0, _config.Samples - _config.ImpulseSamples));
        var mixed = (whole + ringing + resonance) * amplitudes;
        CompareEvents("mixed", mixed);
        var dry = Placement.Place(mixed * encoding.Values.unsqueeze(2), encoding.Frames, _config.Hop, _config.Samples);
        CompareEvents("scheduled", dry);
        return (dry, roomContext);
    }

    private void Room(Tensor context, Tensor dry)
    {
        Compare("verb.room_mix", model.Reverb.RoomShares(context));
        Compare("verb.dry_wet", model.Reverb.DryWet(context));
        Compare("verb.wet.event_l2", GoldenComparison.RowNorms(model.Reverb.Wet(context, dry)));
    }

    private void Reconstruction(Tensor audio, SparseEncoding encoding)
    {
        var events = model.DecodeEvents(encoding);
        CompareEvents("final", events);
        var sum = model.DecodeSum(encoding);
        for (var item = 0; item < sum.shape[0]; item++) Compare($"final.sum.item{item}", sum[item, 0]);
        Compare("final.sum.l2", GoldenComparison.RowNorms(sum).squeeze(1));

        foreach (var (band, magnitude) in MultibandSpectrogram.Of(audio)) Compare($"multiband.target.{band}", magnitude);
        foreach (var (band, magnitude) in MultibandSpectrogram.Of(sum)) Compare($"multiband.recon.{band}", magnitude);
        Loss("band_l1", MultibandSpectrogram.Distance(audio, sum, 1).ToNumbers().Parts);
        var published = new PublishedLoss(_config.Events, PublishedScale);
        Loss("single_channel_loss_1e-6", Whole(published.Compute(audio, events)));
        Loss("loss_plain_x64_1e-6", Whole(published.Compute(audio, sum)));
    }

    private void Loss(string name, IReadOnlyDictionary<string, double> parts) => comparison.Loss($"{mode}.{name}", parts);

    private static Dictionary<string, double> Whole(LossParts loss) => new() { [""] = loss.Total.item<float>() };
}
