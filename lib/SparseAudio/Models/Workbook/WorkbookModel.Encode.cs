using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

public sealed partial class WorkbookModel
{
    /// <summary>
    /// The events of a segment, the strongest first, with context and details. The encoder weighs the spectrogram at every pitch, the
    /// largest local maxima become events, and the spectrogram around each tells its variant and its details; decoded, they show what
    /// is missing, and there the next ones are chosen; a decoded draft of all of them tells how to correct them.
    /// </summary>
    /// <remarks>
    /// In training mode every second segment of a batch goes without details, so that the pure code is trained as well,
    /// and the choice of variants carries a gradient.
    /// </remarks>
    /// <param name="audio">(batch, 1, samples)</param>
    protected override SparseEncoding EncodeChecked(Tensor audio)
    {
        var magnitudes = Magnitudes(audio, Config.Window);
        var levels = Level(magnitudes);
        var inputs = Config.FineWindow > 0 ? cat([levels, Level(Magnitudes(audio, Config.FineWindow))], 2) : levels;
        var encoded = encoder.forward(inputs.transpose(1, 2));
        var view = new View(levels, encoded.transpose(1, 2), context.forward(magnitudes));
        var heard = atPitches.Of(audio);
        var gates = encoder.Gates(encoded).transpose(1, 2);

        var (code, seen) = Choose(AtPeaks(heard) * gates, view, EventsOfPass(0));
        // What is missing is audible: a gate that closed on a partial, and so never learns that it should not have, cannot close on it again.
        var opened = gates.clamp_min(1);
        for (var pass = 1; pass < Config.SelectionPasses; pass++)
        {
            var (more, moreSeen) = Choose(AtPeaks(Missing(heard, code)) * opened, view, EventsOfPass(pass), code);
            (code, seen) = (Together(code, more), cat([seen, moreSeen], 1));
        }

        foreach (var refiner in refiners) code = Refine(code, refiner, levels, seen);
        if (training && code.Details is not null) code = code with { Details = code.Details * EverySecond(code.Details) };
        return code.StrongestFirst();
    }

    // What events are chosen from: log spectrogram (batch, frames, bins), features (batch, frames, width), context (batch, context).
    private sealed record View(Tensor Levels, Tensor Features, Tensor Context);

    // The largest local maxima of (batch, frames, pitches), away from events that there are already, and what is seen at each.
    private (SparseEncoding Code, Tensor Seen) Choose(Tensor activations, View view, int count, SparseEncoding? already = null)
    {
        var taken = already is null
            ? null
            : LocalMaxima.Around(Grid.PitchOf(already.Channels), already.Frames, activations, Config.SuppressionRadius);
        var (pitches, frames, values) = LocalMaxima.Select(activations, Config.SuppressionRadius, count, taken);
        var seen = features.Extract(view.Levels, view.Features, pitches, frames, Level(values).unsqueeze(2));
        var scores = features.Variants(seen);
        var variants = scores.argmax(2);
        var channels = pitches * Config.Variants + variants;
        var shares = training ? Shares(scores, variants) : null;
        var code = new SparseEncoding(channels, frames, values)
        {
            Context = view.Context,
            Details = Config.Detailed ? features.Details(seen, parameter_head.Embed(channels, shares)) : null,
            VariantShares = shares,
        };
        return (code, seen);
    }

    // By how much the sound is louder at every pitch, (batch, frames, pitches), than the events that were chosen.
    private Tensor Missing(Tensor heard, SparseEncoding code)
    {
        using var fixedGraph = no_grad();
        var draft = Pure(code);
        return (heard - atPitches.Of(Decoded(draft, Parameters(draft)))).clamp_min(0);
    }

    // The pure code is decoded; what it lacks tells each event how loud it should be and what its details should say.
    private SparseEncoding Refine(SparseEncoding code, ResidualRefiner refiner, Tensor levels, Tensor seen)
    {
        var draft = Pure(code);
        Tensor missing, parameters;
        using (no_grad())
        {
            parameters = Parameters(draft);
            missing = ResidualRefiner.Missing(levels, Level(Magnitudes(Decoded(draft, parameters), Config.Window)));
        }

        var around = features.Around(missing, Grid.PitchOf(code.Channels), code.Frames);
        var (factors, details) = refiner.Events(missing, around, seen, parameters, code.Frames);
        return code with
        {
            Values = code.Values * factors,
            Context = code.Context! + refiner.Context(missing, code.Context!),
            Details = details is null ? code.Details : code.Details! + details,
        };
    }

    private Tensor Decoded(SparseEncoding code, Tensor parameters) => reverb.forward(code.Context!, decoder.Sum(code, parameters, null));

    private int EventsOfPass(int pass) => Config.Events * (pass + 1) / Config.SelectionPasses - Config.Events * pass / Config.SelectionPasses;

    private Tensor AtPeaks(Tensor spectra) => Config.PeakRadius > 0 ? spectra * LocalMaxima.Peaks(spectra, Config.PeakRadius) : spectra;

    private static SparseEncoding Pure(SparseEncoding code) => code with { Details = null, VariantShares = null };

    private static SparseEncoding Together(SparseEncoding first, SparseEncoding second)
    {
        static Tensor? Both(Tensor? one, Tensor? other) => one is null ? null : cat([one, other!], 1);
        return new SparseEncoding(Both(first.Channels, second.Channels)!, Both(first.Frames, second.Frames)!, Both(first.Values, second.Values)!)
        {
            Context = first.Context,
            Details = Both(first.Details, second.Details),
            VariantShares = Both(first.VariantShares, second.VariantShares),
        };
    }

    // Full-scale sines read 1, so that a value is an amplitude.
    private Tensor Magnitudes(Tensor audio, int window) =>
        Stft.Magnitude(audio.squeeze(1), window, Config.Hop).narrow(2, 0, window / 2) * (4 / Math.Sqrt(window));

    private static Tensor Level(Tensor magnitudes) => (magnitudes.clamp_min(1e-5).log() + 6) / 2;

    // Forward the chosen variant, backward the softmax: the gradient learns what another choice would have done.
    private static Tensor Shares(Tensor scores, Tensor variants)
    {
        var soft = softmax(scores, -1);
        var hard = zeros_like(soft).scatter(2, variants.unsqueeze(2), ones_like(soft));
        return hard + soft - soft.detach();
    }

    private static Tensor EverySecond(Tensor details) =>
        (1 - arange(details.shape[0], details.dtype, details.device).remainder(2)).view(-1, 1, 1);
}
