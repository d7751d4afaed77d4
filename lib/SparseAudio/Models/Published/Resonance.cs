using SparseAudio.Signal;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>
/// What an event sets in motion: a mix of stored waveforms, cut into frames that are brought to equal loudness, fade
/// by a learned factor from frame to frame and pass a learned filter each.
/// </summary>
public sealed class Resonance : Module<Tensor, Tensor, Tensor>
{
    // Keeps the normalisation and the logarithm finite where there is silence, as published.
    private const double NormFloor = 1e-8;
    private const double MomentumFloor = 1e-12;

    // 200 dB below its beginning a resonance changes no bit of what is heard.
    private const float Faded = 1e-10f;

    private readonly Tensor atoms;
    private readonly ConvUpsample to_filter;
    private readonly Linear selection;
    private readonly Linear to_momentum;
    private readonly ModelConfig config;

    /// <summary>Builds the generator and its waveforms.</summary>
    public Resonance(ModelConfig config, Device device) : base(nameof(Resonance))
    {
        this.config = config;
        var frames = config.ResonanceFrames;
        atoms = ResonanceAtoms.Build(config, device);
        to_filter = new ConvUpsample(
            config.EmbeddingSize, config.FilterChannels, 4, frames, config.FilterBands, device);
        selection = Linear(config.EmbeddingSize, atoms.shape[0], true, device);
        to_momentum = Linear(config.EmbeddingSize, frames, true, device);
        RegisterComponents();
        this.OutliveScopes();
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
    /// <returns>(rows, frames, bands)</returns>
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
        var filtered = fft.irfft(fft.rfft(frames) * (Filters(FilterControls(rows)) * gains), window);

        // One more frame, a silent one, takes in the second half of the last.
        var sound = Framing.OverlapAdd(functional.pad(filtered, (0, 0, 0, 1)));
        return Scheduling.Place(sound.view(embedding.shape[0], embedding.shape[1], -1), starts, config.Hop, samples).MoveToOuterDisposeScope();
    }

    private Tensor AudibleUntil(long samples, Tensor embedding, Tensor starts)
    {
        using var scope = NewDisposeScope();
        var device = embedding.device;
        var rows = embedding.flatten(0, 1);
        var fading = Gains(rows);
        var grid = (int)(samples / config.Hop);
        var perHop = config.Frames / config.ResonanceFrames;
        var heard = new HeardFrames(starts.cpu().data<long>().ToArray(), grid, perHop, config.ResonanceFrames, FramesUntilFaded(fading));
        var index = heard.Controls(device);

        var windowed = Windowed(rows, heard);  // (frames, window)
        var level = windowed.norm(1, true) + NormFloor;
        var gains = fading.flatten().index_select(0, index).unsqueeze(1) / level;
        var filters = Filters(FilterControls(rows).flatten(0, 1).index_select(0, index)) * gains;
        var filtered = fft.irfft(fft.rfft(windowed) * filters, config.ResonanceWindow);

        // Overlap-add, the shift to the event's frame and the cut at the end are one sum into the grid's cells.
        var cells = zeros(rows.shape[0] * grid + 1, config.Hop, dtype: rows.dtype, device: device);
        var placed = cells.index_add(0, heard.Targets(device), filtered.view(-1, config.Hop), 1);
        return placed.narrow(0, 0, rows.shape[0] * grid).view(embedding.shape[0], embedding.shape[1], samples).MoveToOuterDisposeScope();
    }

    // Null while gradients are taken: a frame that nobody hears yet may still learn to be heard.
    private static int[]? FramesUntilFaded(Tensor fading)
    {
        if (fading.requires_grad) return null;
        using var scope = NewDisposeScope();
        var frames = (int)fading.shape[1];
        var gains = fading.cpu().data<float>().ToArray();
        return [.. gains.Chunk(frames).Select(row => Math.Max(1, 1 + Array.FindLastIndex(row, gain => gain > Faded * row[0])))];
    }

    private Tensor Windowed(Tensor rows, HeardFrames heard)
    {
        using var scope = NewDisposeScope();
        var hop = config.ResonanceWindow / 2;
        var selected = Selection(rows).index_select(0, tensor(heard.Order, device: rows.device));
        var hops = new List<Tensor>();
        for (var group = 0; group < heard.RowsPerGroup.Count; group++)
        {
            var samples = heard.GroupHops * hop;
            var part = selected.narrow(0, 0, heard.RowsPerGroup[group]);
            hops.Add(part.matmul(atoms.narrow(1, group * samples, samples)).view(-1, hop));
        }
        hops.Add(zeros(1, hop, dtype: rows.dtype, device: rows.device));
        var packed = cat(hops, 0);

        // A frame is two neighbouring hops, so looking up pairs of hops gives frames.
        var frames = packed.index_select(0, heard.Halves(rows.device)).view(-1, config.ResonanceWindow);
        var hann = hann_window(config.ResonanceWindow, dtype: rows.dtype, device: rows.device);
        return (frames * hann).MoveToOuterDisposeScope();
    }
}
