using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

public sealed partial class WorkbookModel
{
    private const double UpdateShare = 0.5;

    /// <summary>
    /// The events of a segment, the loudest first, with context and details; as few as it needs. The detector finds the notes. Played, they
    /// show what they lack, and its peaks become residual events. The spectrogram around each event tells its timbre and its details, and
    /// decoded drafts of all of them tell how to correct them. Events of value 0 only fill up the batch.
    /// </summary>
    /// <remarks>
    /// In training mode every second segment of a batch goes without details, so that the pure code is trained as well, the choice of variants
    /// carries a gradient, and the number of residual events is drawn at random, so that the model works with any.
    /// </remarks>
    /// <param name="audio">(batch, 1, samples), or with the surroundings before and after.</param>
    protected override SparseEncoding EncodeChecked(Tensor audio)
    {
        var surroundings = Config.SurroundingSamples;
        var segment = SegmentOf(audio);
        var window = audio.shape[2] > Config.Samples ? audio : pad(audio, (surroundings, surroundings));
        var magnitudes = Magnitudes(segment, Config.Window);
        var levels = Level(magnitudes);
        var inputs = Config.FineWindow > 0 ? cat([levels, Level(Magnitudes(segment, Config.FineWindow))], 2) : levels;
        var encoded = encoder.forward(inputs.transpose(1, 2));
        var view = new View(levels, encoded.transpose(1, 2), encoder.Gates(encoded).transpose(1, 2), context.forward(magnitudes), segment);

        var events = WithResidual(ChosenEvents.Of(finder.Find(window), audio.device), view);
        if (events.Values.shape[1] == 0) return Silence(view.Context);
        var sight = Look(events, view);
        var code = CodeOf(events, sight, view);
        if (code.Details is not null)
            for (var update = 0; update < Config.AmplitudeUpdates; update++) code = Balanced(code, events, sight);
        if (training && code.Details is not null)
        {
            var kept = EverySecond(code.Details);
            code = code with { Details = code.Details * kept + PlainDetails(code) * (1 - kept) };
        }

        return code.StrongestFirst();
    }

    // What events are chosen from: log spectrogram (batch, frames, bins), features (batch, frames, width), gates (batch, frames, pitches),
    // context (batch, context), sound (batch, 1, samples).
    private sealed record View(Tensor Levels, Tensor Features, Tensor Gates, Tensor Context, Tensor Sound);

    // The notes, and what they lack where it is loudest.
    private ChosenEvents WithResidual(ChosenEvents notes, View view)
    {
        var heard = atPitches.Of(view.Sound);
        var threshold = heard.flatten(1).amax([1], true) * Config.ResidualFloor;
        var room = Config.Events - notes.Values.ne(0).sum([1], true);
        if (training) room = (rand_like(threshold) * (room + 1)).floor().to_type(ScalarType.Int64);
        var events = notes;
        for (var pass = 0; pass < Config.ResidualPasses; pass++)
        {
            var allowed = Through(room, pass + 1) - Through(room, pass);
            var most = (int)allowed.max().item<long>();
            if (most == 0) continue;
            // A gate that closed on a partial, and so never learns that it should not have, cannot close on it again.
            var gates = pass == 0 ? view.Gates : view.Gates.clamp_min(1);
            var taken = events.Values.shape[1] == 0 ? null : LocalMaxima.Around(events.Pitches, events.Frames, heard, Config.SuppressionRadius);
            var missing = events.Values.shape[1] == 0 ? heard : Missing(heard, events, view);
            var (pitches, frames, values) = LocalMaxima.Select(AtPeaks(missing) * gates, Config.SuppressionRadius, most, taken);
            var kept = values.ge(threshold) & arange(most, device: values.device).unsqueeze(0).lt(allowed);
            var count = (int)kept.sum([1]).max().item<long>();
            if (count == 0) break;
            values = values * kept.type_as(values);
            events = events.With(ChosenEvents.Residual(
                pitches.narrow(1, 0, count), frames.narrow(1, 0, count), values.narrow(1, 0, count)));
        }

        return events;
    }

    // Of so many events, how many are chosen in the first passes.
    private Tensor Through(Tensor room, int passes) => (room * passes).div(Config.ResidualPasses, RoundingMode.floor);

    // By how much the sound is louder at every pitch, (batch, frames, pitches), than the events that were chosen.
    private Tensor Missing(Tensor heard, ChosenEvents events, View view)
    {
        using var fixedGraph = no_grad();
        var draft = CodeOf(events, Look(events, view), view);
        return (heard - atPitches.Of(Decoded(draft, Parameters(draft)))).clamp_min(0);
    }

    // The code of chosen events: their timbres and details, corrected by what drafts lack.
    private SparseEncoding CodeOf(ChosenEvents events, Sight sight, View view)
    {
        var code = Timbres(events, sight, view);
        if (refiners.Count > 0)
        {
            var draft = Heard(code, events, sight, view);
            var correction = refiners[0].Context(draft, SegmentContext.NumbersOf(code.Context!));
            code = code with { Values = code.Values * refiners[0].Factors(draft), Context = code.Context! + pad(correction, (0, 1)) };
        }

        if (!Config.Detailed) return code;
        code = Detailed(code, events, sight, out var constant);
        foreach (var refiner in refiners.Skip(1))
        {
            var draft = Heard(code, events, sight, view);
            code = code with { Details = code.Details! + refiner.Details(draft) * (1 - constant) };
        }

        return code;
    }

    // What is seen at every event: the spectrogram around it (batch, events, places), and features of that (batch, events, size).
    private sealed record Sight(Tensor Around, Tensor Features);

    private Sight Look(ChosenEvents events, View view)
    {
        var around = features.Around(view.Levels, events);
        return new Sight(around, features.Extract(around, view.Features, events, Level(events.Values).unsqueeze(2)));
    }

    // The events as a pure code.
    private SparseEncoding Timbres(ChosenEvents events, Sight sight, View view)
    {
        var scores = features.Variants(sight.Features) + Grid.VariantsOf(events.Kinds);
        var variants = scores.argmax(2);
        return new SparseEncoding(events.Pitches * Config.Variants + variants, events.Frames, events.Values)
        {
            Context = SegmentContext.Join(view.Context, events.Values.ne(0).sum([1], true)),
            VariantShares = training ? Shares(scores, variants) : null,
        };
    }

    // The code with details: what was measured of an event, instead of what its channel's voice says, and what the network adds.
    private SparseEncoding Detailed(SparseEncoding code, ChosenEvents events, Sight sight, out Tensor constant)
    {
        var partials = LogMagnitudes(LocalFeatures.Loudest(sight.Around)) - code.Values.clamp_min(1e-5).log().unsqueeze(2);
        var (parameters, measured, unchanged) = events.Measure(partials, decoder.Knots.Start);
        constant = unchanged;
        var added = features.Details(sight.Features, parameter_head.Embed(code.Channels, code.VariantShares)) * (1 - unchanged);
        var known = parameters - Voice(code) * decoder.Knots.AddedVoice;
        return code with { Details = added + known * measured + PlainDetails(code) * (1 - measured) };
    }

    // The amplitudes of partials move by half of what the draft has too much or too little of there: a damped multiplicative update, as in
    // non-negative matrix factorisation (D. Lee and H. Seung, NeurIPS 2000).
    private SparseEncoding Balanced(SparseEncoding code, ChosenEvents events, Sight sight)
    {
        var change = zeros_like(code.Details!);
        using (no_grad())
        {
            var draft = features.Around(DraftLevels(code, Parameters(code)), events);
            var ratios = LocalFeatures.AmplitudeRatios(LogMagnitudes(draft).exp(), LogMagnitudes(sight.Around).exp());
            change.narrow(2, SynthParameters.Amplitudes, ratios.shape[2]).copy_(ratios.log().clamp(-1, 1) * UpdateShare);
        }

        return code with { Details = code.Details! + change };
    }

    // The draft is decoded; what it lacks is heard at every event.
    private ResidualRefiner.Draft Heard(SparseEncoding code, ChosenEvents events, Sight sight, View view)
    {
        using var fixedGraph = no_grad();
        var parameters = Parameters(code);
        var missing = ResidualRefiner.Missing(view.Levels, DraftLevels(code, parameters));
        return new ResidualRefiner.Draft(
            missing, features.Around(missing, events), sight.Features, parameters, features.Times(events, missing.shape[1]));
    }

    private SparseEncoding Silence(Tensor context)
    {
        var (batch, device) = (context.shape[0], context.device);
        var none = zeros([batch, 1], ScalarType.Int64, device);
        return new SparseEncoding(none, none.clone(), zeros([batch, 1], device: device))
        {
            Context = pad(context, (0, 1)),
            Details = Config.Detailed ? zeros([batch, 1, SynthParameters.Count], device: device) : null,
        };
    }

    private Tensor Decoded(SparseEncoding code, Tensor parameters) => ApplyReverb(code.Context!, decoder.Sum(code, parameters, null));

    private Tensor DraftLevels(SparseEncoding code, Tensor parameters) => Level(Magnitudes(Decoded(code, parameters), Config.Window));

    private Tensor AtPeaks(Tensor spectra) => Config.PeakRadius > 0 ? spectra * LocalMaxima.Peaks(spectra, Config.PeakRadius) : spectra;

    // Full-scale sines read 1, so that a value is an amplitude.
    private Tensor Magnitudes(Tensor audio, int window) =>
        Stft.Magnitude(audio.squeeze(1), window, Config.Hop).narrow(2, 0, window / 2) * (4 / Math.Sqrt(window));

    private static Tensor Level(Tensor magnitudes) => (magnitudes.clamp_min(1e-5).log() + 6) / 2;

    private static Tensor LogMagnitudes(Tensor levels) => 2 * levels - 6;

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
