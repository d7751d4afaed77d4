using System.Collections.Immutable;
using SparseAudio.Audio;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Codec.Analysis;

/// <summary>How one decoded event sounds.</summary>
/// <param name="FundamentalHz">The fundamental in Hz, or null where the sound has no pitch.</param>
/// <param name="PitchConfidence">The confidence of the pitch, 0 to 1.</param>
/// <param name="DecaySeconds">Seconds from the loudest moment until the sound stays 60 dB below it.</param>
/// <param name="CentroidHz">The spectral centroid in Hz, a measure of brightness: the mean frequency, weighted by energy.</param>
/// <param name="Energy">The sum of the squared samples.</param>
/// <param name="EnergyShare">The share of the energies of all events, 0 to 1.</param>
public sealed record EventSound(
    double? FundamentalHz, double PitchConfidence, double DecaySeconds, double CentroidHz, double Energy, double EnergyShare)
{
    /// <summary>The note that the event is a part of, in models whose events are notes; null for residual events and in other models.</summary>
    public CodeNote? PartOf { get; init; }

    /// <summary>The nearest note's name, such as <c>A4</c>, or null where there is no pitch.</summary>
    public string? Note => FundamentalHz is { } hz ? Pitch.NameOf(hz) : null;
}

/// <summary>Decodes each event of a code alone and measures its sound.</summary>
public sealed class EventDescriber
{
    private const int AtOnce = 64;
    private readonly SparseAudioModel _model;
    private readonly string _fingerprint;
    private (SoundContext Context, float Amplitude, ChannelPitches Pitches)? _pitches;

    /// <summary>Prepares to describe with <paramref name="model"/>, which is switched to evaluation mode.</summary>
    public EventDescriber(SparseAudioModel model)
    {
        model.eval();
        _model = model;
        _fingerprint = ModelFingerprint.Of(model);
    }

    /// <summary>The sounds of all events of a code, in its order.</summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public ImmutableArray<EventSound> Describe(SparseCode code, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        Check(code);
        var sounds = new EventSound[code.Events.Length];
        var done = 0;
        foreach (var group in Enumerable.Range(0, sounds.Length).GroupBy(i => code.Events[i].Context))
        {
            foreach (var indices in group.Chunk(AtOnce))
            {
                cancellation.ThrowIfCancellationRequested();
                DescribeSome(code, indices, sounds);
                done += indices.Length;
                progress?.Report((double)done / sounds.Length);
            }
        }

        var total = sounds.Sum(s => s.Energy);
        var partOf = new CodeNote?[sounds.Length];
        foreach (var note in NotesOf(code) ?? [])
            foreach (var index in note.Events) partOf[index] = note;
        return [.. sounds.Select((s, i) => s with { EnergyShare = total > 0 ? s.Energy / total : s.EnergyShare, PartOf = partOf[i] })];
    }

    /// <summary>The sound of one event alone, from its beginning.</summary>
    /// <param name="code">The code.</param>
    /// <param name="index">Which of its events.</param>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public AudioClip Render(SparseCode code, int index)
    {
        Check(code);
        using var scope = NewDisposeScope();
        return new AudioClip(Sounds(code, [code.Events[index]]).data<float>().ToArray(), code.Layout.SampleRate, $"event {index}");
    }

    /// <summary>
    /// The fundamental of every channel. Where channels stand for pitches it is known; otherwise it is measured on the channel's
    /// resonance, in the code's first context at the code's median amplitude, and remembered.
    /// </summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public ChannelPitches PitchesOf(SparseCode code, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        Check(code);
        if (_model.MeaningOf(0) is not null)
        {
            var meanings = Enumerable.Range(0, code.Layout.Channels).Select(channel => _model.MeaningOf(channel)!.Value).ToArray();
            return new ChannelPitches(
                [.. meanings.Select(meaning => (double?)meaning.Hertz)], [.. meanings.Select(meaning => meaning.Timbre)], _model.Bend);
        }

        if (code.Events.IsEmpty) return new ChannelPitches(new double?[code.Layout.Channels]);
        var amplitude = code.Events.Select(e => e.Amplitude).Order().ElementAt(code.Events.Length / 2);
        var context = code.Contexts[code.Events[0].Context];
        if (_pitches is { } known && known.Amplitude == amplitude && known.Context.Equals(context)) return known.Pitches;
        var pitches = new ChannelPitches(new ResonancePitches(_model).Measure(context, amplitude, progress, cancellation));
        _pitches = (context, amplitude, pitches);
        return pitches;
    }

    /// <summary>
    /// The notes of a code, in the order of their onsets; in models whose events are notes, with what goes on over the borders of segments joined.
    /// Residual events are none. Null in models whose events are something else.
    /// </summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public ImmutableArray<CodeNote>? NotesOf(SparseCode code)
    {
        Check(code);
        if (_model.MeaningOf(0) is null) return null;
        var joining = new NoteJoining();
        foreach (var group in Enumerable.Range(0, code.Events.Length).GroupBy(i => code.Events[i].Context))
        {
            foreach (var some in group.Chunk(AtOnce))
            {
                var indices = some.OrderByDescending(i => code.Events[i].Amplitude).ToArray();
                using var scope = NewDisposeScope();
                var encoding = CodeTensors.ToEncoding(
                    _model, [new EventGroup(0, code.Contexts[group.Key], [.. indices.Select(i => code.Events[i] with { Frame = 0 })])]);
                if (_model.NotesOf(encoding) is not { } notes) return null;
                for (var i = 0; i < indices.Length; i++)
                    joining.Add(indices[i], code.SecondsOf(code.Events[indices[i]]), notes[i], code.LevelOf(code.Events[indices[i]]));
            }
        }

        return joining.End(code.DurationSeconds);
    }

    private void DescribeSome(SparseCode code, int[] indices, EventSound[] sounds)
    {
        using var scope = NewDisposeScope();
        var batch = Sounds(code, [.. indices.Select(i => code.Events[i])]);
        var events = batch.shape[0];
        var (power, lags) = SoundAnalysis.Autocorrelation(batch, code.Layout.SampleRate / 20);
        var (samples, powers, correlations) = (batch.data<float>().ToArray(), power.data<float>().ToArray(), lags.data<float>().ToArray());
        for (var row = 0; row < events; row++)
        {
            var own = Row(samples, row, events);
            var (hz, confidence) = SoundAnalysis.Fundamental(Row(correlations, row, events), code.Layout.SampleRate);
            sounds[indices[row]] = new EventSound(
                hz, confidence, SoundAnalysis.Decay(own, code.Layout.SampleRate),
                SoundAnalysis.Centroid(Row(powers, row, events), code.Layout.SampleRate), SoundAnalysis.Energy(own), 0);
        }
    }

    // (events, samples) in the order given, on the CPU.
    private Tensor Sounds(SparseCode code, IReadOnlyList<SoundEvent> events)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var encoding = CodeTensors.ToEncoding(
            _model, [new EventGroup(0, code.Contexts[events[0].Context], [.. events.Select(e => e with { Frame = 0 })])]);
        var order = Enumerable.Range(0, events.Count).OrderByDescending(i => events[i].Amplitude).ToList();
        var back = new long[events.Count];
        for (var i = 0; i < back.Length; i++) back[order[i]] = i;
        var factors = tensor(events.Select(e => code.LevelOf(e)).ToArray(), [events.Count, 1], device: CPU);
        return (_model.DecodeEvents(encoding).select(0, 0).cpu().index_select(0, tensor(back, device: CPU)) * factors).contiguous()
            .MoveToOuterDisposeScope();
    }

    private static ReadOnlySpan<float> Row(float[] values, int row, long rows) =>
        values.AsSpan(row * (int)(values.Length / rows), (int)(values.Length / rows));

    private void Check(SparseCode code)
    {
        if (code.Model != _fingerprint) throw new ModelMismatchException(code.Model, _fingerprint);
    }
}
