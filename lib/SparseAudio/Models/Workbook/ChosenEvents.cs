using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>Events as the encoder chose them, before it knows their timbres; every tensor (batch, events).</summary>
/// <param name="Kinds">int64, see <see cref="EventKind"/>.</param>
/// <param name="Pitches">int64, on the grid of pitches.</param>
/// <param name="Frames">int64</param>
/// <param name="Values">0 for events that only fill up the batch.</param>
/// <param name="Bends">By how many steps of the grid the fundamental differs.</param>
/// <param name="Delays">By how many frames an event begins later than its frame.</param>
/// <param name="Lengths">From there to its end, in seconds.</param>
/// <param name="GoingOn">1 where an event sounds beyond the segment's end.</param>
internal sealed record ChosenEvents(
    Tensor Kinds, Tensor Pitches, Tensor Frames, Tensor Values, Tensor Bends, Tensor Delays, Tensor Lengths, Tensor GoingOn)
{
    private const double HeldSeconds = 0.040;
    private const double UsualLength = 0.35;

    /// <summary>Notes of a batch of segments, as many of each as the fullest has.</summary>
    public static ChosenEvents Of(IReadOnlyList<IReadOnlyList<NoteEvent>> segments, Device device)
    {
        var most = segments.Max(notes => notes.Count);
        var all = segments.SelectMany(notes => notes.Concat(Enumerable.Repeat(default(NoteEvent), most - notes.Count))).ToArray();
        Tensor Whole(Func<NoteEvent, long> of) => tensor([.. all.Select(of)], [segments.Count, most], device: CPU).to(device);
        Tensor Real(Func<NoteEvent, double> of) => tensor([.. all.Select(e => (float)of(e))], [segments.Count, most], device: CPU)
            .IntoTorchMemory(device);
        return new ChosenEvents(
            Whole(e => (long)e.Kind), Whole(e => e.Pitch), Whole(e => e.Frame), Real(e => e.Value), Real(e => e.Bend), Real(e => e.DelayFrames),
            Real(e => e.LengthSeconds), Real(e => e.GoesOn ? 1 : 0));
    }

    /// <summary>Residual events at cells of the spectrogram.</summary>
    public static ChosenEvents Residual(Tensor pitches, Tensor frames, Tensor values)
    {
        var none = zeros_like(values).detach();
        return new ChosenEvents(full_like(pitches, (long)EventKind.Residual), pitches, frames, values, none, none, none + UsualLength, none);
    }

    /// <summary>These events and others of the same segments.</summary>
    public ChosenEvents With(ChosenEvents more) => new(
        cat([Kinds, more.Kinds], 1), cat([Pitches, more.Pitches], 1), cat([Frames, more.Frames], 1), cat([Values, more.Values], 1),
        cat([Bends, more.Bends], 1), cat([Delays, more.Delays], 1), cat([Lengths, more.Lengths], 1),
        cat([GoingOn, more.GoingOn], 1));

    /// <summary>What is known of the events besides the spectrogram, (batch, events, <see cref="LocalFeatures.Told"/> - 1).</summary>
    public Tensor Known()
    {
        var kinds = nn.functional.one_hot(Kinds, 3).type_as(Values);
        return cat([kinds, stack([Bends, Delays, Lengths, GoingOn], 2)], 2);
    }

    /// <summary>Which parameters of the synthesiser are measured rather than told by a network, and what they are.</summary>
    /// <param name="partials">(batch, events, amplitude knots): log amplitudes of partials, relative to <see cref="Values"/>.</param>
    /// <param name="start">Log amplitudes of a note's knots where the parameter is 0.</param>
    /// <returns>
    /// Parameters, 1 where they are measured, and 1 where nothing may be added to them; each (batch, events,
    /// <see cref="SynthParameters.Count"/>).
    /// </returns>
    public (Tensor Parameters, Tensor Measured, Tensor Fixed) Measure(Tensor partials, Tensor start)
    {
        var isNote = Kinds.ne((long)EventKind.Residual).type_as(Values);
        var parameters = zeros([.. Values.shape, SynthParameters.Count], Values.dtype, Values.device);
        var (measured, constant) = (zeros_like(parameters), zeros_like(parameters));
        void Tell(int first, Tensor numbers, Tensor where)
        {
            parameters.narrow(2, first, numbers.shape[2]).copy_(numbers);
            measured.narrow(2, first, numbers.shape[2]).copy_(where.unsqueeze(2));
        }

        Tell(SynthParameters.Pitch, Bends.unsqueeze(2).atanh(), isNote);
        Tell(SynthParameters.Delay, (Delays.unsqueeze(2) / SynthControls.MostDelay).atanh(), isNote);
        Tell(SynthParameters.Amplitudes, partials.clamp(-9, 2) - start, isNote);
        Tell(SynthParameters.Length, LogRange.Length.Raw(Lengths.unsqueeze(2)), isNote);
        Tell(SynthParameters.Release, full_like(Lengths, LogRange.Release.Raw(HeldSeconds)).unsqueeze(2), GoingOn);
        foreach (var parameter in (int[])[SynthParameters.Pitch, SynthParameters.Delay, SynthParameters.Length])
            constant.narrow(2, parameter, 1).copy_(isNote.unsqueeze(2));
        constant.narrow(2, SynthParameters.Release, 1).copy_(GoingOn.unsqueeze(2));
        return (parameters, measured, constant);
    }
}
