using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// What a channel of the code means where channels have pitches: channel = pitch · variants + variant, pitches evenly
/// spaced in log frequency.
/// </summary>
public sealed class PitchGrid
{
    private readonly double[] hertz;

    /// <summary>Lays the grid between the configuration's lowest and highest frequency.</summary>
    public PitchGrid(WorkbookConfig config, Device device)
    {
        Variants = config.Variants;
        Pitches = config.Channels / config.Variants;
        var ratio = config.HighestHz / config.LowestHz;
        hertz = [.. Enumerable.Range(0, Pitches).Select(pitch => config.LowestHz * Math.Pow(ratio, pitch / (Pitches - 1.0)))];
        StepOctaves = Math.Log2(ratio) / (Pitches - 1);
        Frequencies = tensor(hertz, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
    }

    /// <summary>Number of pitches.</summary>
    public int Pitches { get; }

    /// <summary>Number of variants (timbres) of each pitch.</summary>
    public int Variants { get; }

    /// <summary>Octaves from one pitch to the next.</summary>
    public double StepOctaves { get; }

    /// <summary>The fundamental of every pitch in hertz, (pitches).</summary>
    public Tensor Frequencies { get; }

    /// <summary>The fundamental of a channel in hertz.</summary>
    public double Hertz(int channel) => hertz[channel / Variants];

    /// <summary>The pitch of every channel.</summary>
    /// <param name="channels">(…) int64</param>
    /// <returns>(…) int64</returns>
    internal Tensor PitchOf(Tensor channels) => channels.div(Variants, RoundingMode.floor);

    /// <summary>The fundamentals of pitches in hertz.</summary>
    /// <param name="pitches">(batch, events) int64</param>
    /// <returns>(batch, events)</returns>
    internal Tensor FrequenciesOf(Tensor pitches) => Frequencies.index_select(0, pitches.flatten()).view(pitches.shape);
}
