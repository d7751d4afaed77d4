using SparseAudio.Signal;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>
/// The resonance of an event (class RecurrentResonanceModelWithComplexWaveforms, lines 65 to 125 of the original): a mix of stored
/// waveforms, cut into frames that are brought to equal loudness, decay by a learned factor from frame to frame, and pass a learned
/// filter each.
/// </summary>
internal sealed class Resonance : Module<Tensor, Tensor, Tensor>
{
    // Keeps the normalisation and the logarithm finite where there is silence, as published.
    private const double NormFloor = 1e-8;
    private const double MomentumFloor = 1e-12;

    // 200 dB below its beginning a resonance changes no bit of what is audible.
    private const float Faded = 1e-10f;

    private readonly Tensor atoms;
    private readonly ConvUpsample to_filter;
    private readonly Linear selection;
    private readonly Linear to_momentum;
    private readonly PublishedConfig config;

    /// <summary>Builds the generator and its waveforms.</summary>
    public Resonance(PublishedConfig config, Device device) : base(nameof(Resonance))
    {
        this.config = config;
        var frames = config.ResonanceFrames;
        atoms = ResonanceAtoms.Build(config, device).DetachFromDisposeScope();
        to_filter = new ConvUpsample(
            config.EmbeddingSize, config.FilterChannels, 4, frames, config.FilterBands, device);
        selection = Linear(config.EmbeddingSize, atoms.shape[0], true, device);
        to_momentum = Linear(config.EmbeddingSize, frames, true, device);
        RegisterComponents();
    }

    /// <summary>The stored waveforms (atoms, samples): row = waveform * frequencies + frequency.</summary>
    public Tensor Atoms => atoms;

    /// <summary>How much of each stored waveform.</summary>
    /// <param name="embedding">(…, embedding)</param>
    /// <returns>(…, atoms), not negative.</returns>
    public Tensor Selection(Tensor embedding) => functional.relu(selection.forward(embedding));

    /// <summary>The loudness of each frame: the product of all fading factors up to it.</summary>
    /// <param name="embedding">(…, embedding)</param>
    /// <returns>(…, frames)</returns>
    public Tensor Gains(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        var momentum = to_momentum.forward(embedding).sigmoid() * config.MomentumRange + config.MomentumBase;
        return (momentum + MomentumFloor).log().cumsum(-1).exp().MoveToOuterDisposeScope();
    }

    /// <summary>The filters' curves at few frequencies, before they are squashed.</summary>
    /// <param name="embedding">(rows, embedding)</param>
    /// <returns>(rows, bands, frames)</returns>
    public Tensor FilterControls(Tensor embedding) => to_filter.forward(embedding);

    /// <summary>The filters at every frequency of a frame.</summary>
    /// <param name="controls">(…, bands)</param>
    /// <returns>(…, window / 2 + 1), in 0…1.</returns>
    public Tensor Filters(Tensor controls)
    {
        using var scope = NewDisposeScope();
        var stretch = Interpolation.Matrix(config.FilterBands, config.ResonanceWindow / 2 + 1, controls.device);
        return controls.matmul(stretch).sigmoid().MoveToOuterDisposeScope();
    }

    /// <summary>The resonances, each placed at the frame of its event and cut off at the end of the segment.</summary>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <param name="starts">(batch, events) int64: frames of the code's grid.</param>
    /// <returns>(batch, events, samples)</returns>
    public override Tensor forward(Tensor embedding, Tensor starts) => Until(config.Samples, embedding, starts);

    /// <summary>The resonances, each placed at the frame of its event and cut off at the end of a time line of any length.</summary>
    /// <param name="samples">The line's length, a multiple of the grid's hop.</param>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <param name="starts">(batch, events) int64: frames of the code's grid.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor Until(long samples, Tensor embedding, Tensor starts) => embedding.device.type == DeviceType.CPU
        ? AudibleUntil(samples, embedding, starts)
        : AllUntil(samples, embedding, starts);

    /// <summary>The same by way of all frames, audible or not: which ones are is counted on the CPU, for which a GPU would have to wait.</summary>
    internal Tensor AllUntil(long samples, Tensor embedding, Tensor starts)
    {
        using var scope = NewDisposeScope();
        var rows = embedding.flatten(0, 1);
        var window = config.ResonanceWindow;
        var hann = hann_window(window, dtype: rows.dtype, device: rows.device);
        var frames = Framing.Split(Selection(rows).mm(atoms), window, window / 2) * hann;  // (rows, frames, window)
        var gains = Gains(rows).unsqueeze(2) / (frames.norm(2, true) + NormFloor);
        var filtered = fft.irfft(fft.rfft(frames) * (Filters(FilterControls(rows).transpose(1, 2)) * gains), window);

        // One more frame, a silent one, takes in the second half of the last.
        var sound = Framing.OverlapAdd(functional.pad(filtered, (0, 0, 0, 1)));
        return Placement.Place(sound.view(embedding.shape[0], embedding.shape[1], -1), starts, config.Hop, samples).MoveToOuterDisposeScope();
    }

    private Tensor AudibleUntil(long samples, Tensor embedding, Tensor starts)
    {
        using var scope = NewDisposeScope();
        var device = embedding.device;
        var rows = embedding.flatten(0, 1);
        var fading = Gains(rows);
        var grid = (int)(samples / config.Hop);
        var perHop = config.Frames / config.ResonanceFrames;
        var audible = new AudibleFrames(starts.cpu().data<long>().ToArray(), grid, perHop, config.ResonanceFrames, FramesUntilFaded(fading));
        var index = audible.Controls(device);

        var windowed = Windowed(rows, audible);  // (frames, window)
        var level = windowed.norm(1, true) + NormFloor;
        var gains = fading.flatten().index_select(0, index).unsqueeze(1) / level;
        var filters = Filters(FilterControls(rows).transpose(1, 2).flatten(0, 1).index_select(0, index)) * gains;
        var filtered = fft.irfft(fft.rfft(windowed) * filters, config.ResonanceWindow);

        // Overlap-add, the shift to the event's frame and the cut at the end are one sum into the grid's cells.
        var cells = zeros(rows.shape[0] * grid + 1, config.Hop, dtype: rows.dtype, device: device);
        var placed = cells.index_add(0, audible.Targets(device), filtered.view(-1, config.Hop), 1);
        return placed.narrow(0, 0, rows.shape[0] * grid).view(embedding.shape[0], embedding.shape[1], samples).MoveToOuterDisposeScope();
    }

    // Null while gradients are taken: a frame that is inaudible now may become audible in training.
    private static int[]? FramesUntilFaded(Tensor fading)
    {
        if (fading.requires_grad) return null;
        using var scope = NewDisposeScope();
        var frames = (int)fading.shape[1];
        var gains = fading.cpu().data<float>().ToArray();
        return [.. gains.Chunk(frames).Select(row => Math.Max(1, 1 + Array.FindLastIndex(row, gain => gain > Faded * row[0])))];
    }

    private Tensor Windowed(Tensor rows, AudibleFrames audible)
    {
        using var scope = NewDisposeScope();
        var hop = config.ResonanceWindow / 2;
        var selected = Selection(rows).index_select(0, tensor(audible.Order, device: rows.device));
        var hops = new List<Tensor>();
        for (var group = 0; group < audible.RowsPerGroup.Count; group++)
        {
            var samples = audible.GroupHops * hop;
            var part = selected.narrow(0, 0, audible.RowsPerGroup[group]);
            hops.Add(part.matmul(atoms.narrow(1, group * samples, samples)).view(-1, hop));
        }
        hops.Add(zeros(1, hop, dtype: rows.dtype, device: rows.device));
        var packed = cat(hops, 0);

        // A frame is two neighbouring hops, so looking up pairs of hops gives frames.
        var frames = packed.index_select(0, audible.Halves(rows.device)).view(-1, config.ResonanceWindow);
        var hann = hann_window(config.ResonanceWindow, dtype: rows.dtype, device: rows.device);
        return (frames * hann).MoveToOuterDisposeScope();
    }
}

/// <summary>The stored waveforms from which resonances are mixed (make_waves, lines 43 to 62 of the original).</summary>
internal static class ResonanceAtoms
{
    /// <summary>Every waveform at every fundamental frequency, these evenly spaced in hertz.</summary>
    /// <returns>(waveforms * frequencies, samples)</returns>
    public static Tensor Build(PublishedConfig config, Device device)
    {
        var count = config.AtomsPerWaveform;
        var samples = config.Samples;
        var rows = new float[config.Waveforms.Count * count, samples];
        var step = (config.HighestHz - config.LowestHz) / (count - 1);
        Parallel.For(0, rows.GetLength(0), row =>
        {
            var hertz = config.LowestHz + row % count * step;
            // As published the last sample, not the one after it, closes the span: a hair too fast.
            var radiansPerSample = hertz / (config.SampleRate / 2) * Math.PI * samples / (samples - 1);
            Waveforms.Fill(config.Waveforms[row / count], radiansPerSample, Row(rows, row, samples));
        });
        return from_array(rows, CPU).IntoTorchMemory(device);
    }

    private static Span<float> Row(float[,] rows, int row, int samples) =>
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref rows[row, 0], samples);
}
