using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// What a channel of the code means where channels have pitches: channel = pitch · variants + variant, pitches evenly
/// spaced in log frequency. The first variants are the timbres of notes, the next the same timbres for notes that go on from the segment
/// before, the last those of residual events.
/// </summary>
public sealed class PitchGrid
{
    private const float Never = -1e9f;
    private readonly double[] hertz;
    private readonly Tensor excluded;

    /// <summary>Lays the grid between the configuration's lowest and highest frequency.</summary>
    public PitchGrid(WorkbookConfig config, Device device)
    {
        (Variants, Timbres) = (config.Variants, config.NoteTimbres);
        Pitches = config.Channels / config.Variants;
        var ratio = config.HighestHz / config.LowestHz;
        hertz = [.. Enumerable.Range(0, Pitches).Select(pitch => config.HertzOf(pitch * Variants)!.Value)];
        StepOctaves = Math.Log2(ratio) / (Pitches - 1);
        excluded = tensor([.. Enum.GetValues<EventKind>().SelectMany(kind => Enumerable.Range(0, Variants).Select(
            variant => KindOf(variant) == kind ? 0 : Never))], [3, Variants], device: CPU).IntoTorchMemory(device).DetachFromDisposeScope();
        Frequencies = tensor(hertz, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
    }

    /// <summary>Number of pitches.</summary>
    public int Pitches { get; }

    /// <summary>Number of variants (kinds and timbres) of each pitch.</summary>
    public int Variants { get; }

    /// <summary>Number of timbres of notes.</summary>
    public int Timbres { get; }

    /// <summary>Octaves from one pitch to the next.</summary>
    public double StepOctaves { get; }

    /// <summary>The fundamental of every pitch in hertz, (pitches).</summary>
    public Tensor Frequencies { get; }

    /// <summary>The fundamental of a channel in hertz.</summary>
    public double Hertz(int channel) => hertz[channel / Variants];

    /// <summary>What kind of event a channel stands for.</summary>
    public EventKind KindOf(int channel) => (EventKind)Math.Min(channel % Variants / Timbres, 2);

    /// <summary>The pitch nearest to a frequency.</summary>
    public int Nearest(double hz) => Math.Clamp((int)Math.Round(StepsTo(hz)), 0, Pitches - 1);

    /// <summary>How many steps above the lowest pitch a frequency lies.</summary>
    internal double StepsTo(double hz) => Math.Log2(hz / hertz[0]) / StepOctaves;

    /// <summary>What has to be added to the scores of variants so that only those of an event's kind can be chosen.</summary>
    /// <param name="kinds">(batch, events) int64</param>
    /// <returns>(batch, events, variants)</returns>
    internal Tensor VariantsOf(Tensor kinds) => excluded.index_select(0, kinds.flatten()).view(kinds.shape[0], kinds.shape[1], -1);

    /// <summary>1 where a channel's events go on from the segment before, 0 elsewhere; of the shape of the channels.</summary>
    internal Tensor Continues(Tensor channels)
    {
        var variants = channels.remainder(Variants);
        return (variants.ge(Timbres) & variants.lt(2 * Timbres)).to_type(ScalarType.Float32);
    }

    /// <summary>1 where a channel's events are residual, 0 elsewhere; of the shape of the channels.</summary>
    internal Tensor IsResidual(Tensor channels) => channels.remainder(Variants).ge(2 * Timbres).to_type(ScalarType.Float32);

    /// <summary>The pitch of every channel.</summary>
    /// <param name="channels">(…) int64</param>
    /// <returns>(…) int64</returns>
    internal Tensor PitchOf(Tensor channels) => channels.div(Variants, RoundingMode.floor);

    /// <summary>The fundamentals of pitches in hertz.</summary>
    /// <param name="pitches">(batch, events) int64</param>
    /// <returns>(batch, events)</returns>
    internal Tensor FrequenciesOf(Tensor pitches) => Frequencies.index_select(0, pitches.flatten()).view(pitches.shape);
}

/// <summary>
/// The spectrogram at the pitches themselves. A Fourier transform's bins are 11 Hz apart, in the bass several pitches of the grid;
/// read between bins, its peaks would still sit on bins, and low notes would be out of tune. The window is Blackman's, whose side lobes
/// are 58 dB below a partial (Hann's: 31 dB) and are not taken for partials of their own.
/// </summary>
internal sealed class PitchSpectrum
{
    // Of the window, 0.42 - 0.5 cos x + 0.08 cos 2x.
    private const double Mean = 0.42;
    private readonly Tensor sinusoids;
    private readonly WorkbookConfig config;

    /// <summary>Prepares a windowed cosine and sine for every pitch.</summary>
    /// <param name="config">Window, hop and sample rate.</param>
    /// <param name="grid">The pitches.</param>
    /// <param name="device">Device of the tensors.</param>
    public PitchSpectrum(WorkbookConfig config, PitchGrid grid, Device device)
    {
        this.config = config;
        var columns = 2 * grid.Pitches;
        var table = new float[config.Window * columns];
        for (var pitch = 0; pitch < grid.Pitches; pitch++)
        {
            var step = 2 * Math.PI * grid.Hertz(pitch * grid.Variants) / config.SampleRate;
            for (var n = 0; n < config.Window; n++)
            {
                var turn = 2 * Math.PI * n / config.Window;
                var window = Mean - 0.5 * Math.Cos(turn) + 0.08 * Math.Cos(2 * turn);
                var (sine, cosine) = Math.SinCos(step * n);
                table[n * columns + pitch] = (float)(window * cosine);
                table[n * columns + grid.Pitches + pitch] = (float)(window * sine);
            }
        }

        sinusoids = tensor(table, [config.Window, columns], device: CPU).IntoTorchMemory(device).DetachFromDisposeScope();
    }

    /// <summary>The magnitude of every pitch in every frame.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    /// <returns>(batch, frames, pitches); a full-scale sine reads 1.</returns>
    public Tensor Of(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var parts = Framing.Split(audio.squeeze(1), config.Window, config.Hop).matmul(sinusoids).square().chunk(2, 2);
        return ((parts[0] + parts[1]).sqrt() * (2 / (Mean * config.Window))).MoveToOuterDisposeScope();
    }
}
