using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

public sealed partial class PitchedModel
{
    /// <summary>
    /// The events of a segment, the strongest first, with context and details. The encoder weighs the spectrogram at every pitch, the
    /// largest local maxima become events, a look around each tells its variant and its details; played, they show what is missing, and
    /// there the next ones are chosen; and hearing them all the model revises them.
    /// </summary>
    /// <remarks>
    /// In training mode every second segment of a batch goes without details, so that the pure code is trained as well,
    /// and the choice of variants carries a gradient.
    /// </remarks>
    /// <param name="audio">(batch, 1, samples)</param>
    public SparseEncoding Encode(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var magnitudes = Magnitudes(audio, config.Window);
        var levels = Level(magnitudes);
        var inputs = config.FineWindow > 0 ? cat([levels, Level(Magnitudes(audio, config.FineWindow))], 2) : levels;
        var sight = new Sight(levels, encoder.forward(inputs), context.forward(magnitudes));
        var heard = atPitches.Of(audio);
        var gates = encoder.Gates(sight.Features);

        var (code, seen) = Choose(AtPeaks(heard) * gates, sight, EventsOfRound(0));
        // What is missing is heard: a gate that closed on a partial, and so never learns that it should not have, cannot close on it again.
        var opened = gates.clamp_min(1);
        for (var round = 1; round < config.Rounds; round++)
        {
            var (more, moreSeen) = Choose(AtPeaks(Unplayed(heard, code)) * opened, sight, EventsOfRound(round), code);
            (code, seen) = (Together(code, more), cat([seen, moreSeen], 1));
        }

        foreach (var revision in revisions) code = Revise(code, revision, levels, seen);
        if (training && code.Details is not null) code = code with { Details = code.Details * EverySecond(code.Details) };
        return code.StrongestFirst().MoveToOuterDisposeScope();
    }

    // What events are chosen from: log spectrogram (batch, frames, bins), features (batch, frames, width), context (batch, context).
    private sealed record Sight(Tensor Levels, Tensor Features, Tensor Context);

    // The largest local maxima of (batch, frames, pitches), away from events that there are already, and what is seen at each.
    private (SparseEncoding Code, Tensor Seen) Choose(Tensor activations, Sight sight, int count, SparseEncoding? already = null)
    {
        var taken = already is null ? null : LocalMaxima.Around(Grid.PitchOf(already.Channels), already.Frames, activations, config.SuppressionRadius);
        var (pitches, frames, values) = LocalMaxima.Select(activations, config.SuppressionRadius, count, taken);
        var seen = view.See(sight.Levels, sight.Features, pitches, frames, Level(values).unsqueeze(2));
        var scores = view.Variants(seen);
        var variants = scores.argmax(2);
        var channels = pitches * config.Variants + variants;
        var shares = training ? Shares(scores, variants) : null;
        var code = new SparseEncoding(channels, frames, values)
        {
            Context = sight.Context,
            Details = config.Detailed ? view.Details(seen, voices.Embed(channels, shares)) : null,
            VariantShares = shares,
        };
        return (code, seen);
    }

    // By how much the sound is louder at every pitch, (batch, frames, pitches), than the events that were chosen.
    private Tensor Unplayed(Tensor heard, SparseEncoding code)
    {
        using var fixedGraph = no_grad();
        var draft = Pure(code);
        var played = ensemble.Tutti(draft, Voice(draft, draft.Context!), draft.Context!);
        return (heard - atPitches.Of(played)).clamp_min(0);
    }

    // The pure code is played; what it lacks tells each event how loud it should be and what its details should say.
    private SparseEncoding Revise(SparseEncoding code, Revision revision, Tensor levels, Tensor seen)
    {
        var draft = Pure(code);
        Tensor missing, draftVoices;
        using (no_grad())
        {
            draftVoices = Voice(draft, draft.Context!);
            var sound = ensemble.Tutti(draft, draftVoices, draft.Context!);
            missing = Revision.Missing(levels, Level(Magnitudes(sound, config.Window)));
        }
        var around = view.Around(missing, Grid.PitchOf(code.Channels), code.Frames);
        var (factors, details) = revision.Events(missing, around, seen, draftVoices, code.Frames);
        return code with
        {
            Values = code.Values * factors,
            Context = code.Context! + revision.Context(missing, code.Context!),
            Details = details is null ? code.Details : code.Details! + details,
        };
    }

    private int EventsOfRound(int round) => config.Events * (round + 1) / config.Rounds - config.Events * round / config.Rounds;

    private Tensor AtPeaks(Tensor spectra) => config.PeakRadius > 0 ? spectra * LocalMaxima.Peaks(spectra, config.PeakRadius) : spectra;

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
        Stft.Magnitude(audio.squeeze(1), window, config.Hop).narrow(2, 0, window / 2) * (4 / Math.Sqrt(window));

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
