using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Codec.Analysis;

/// <summary>The fundamental of each channel as the model decodes it, for transposing and for turning events into notes.</summary>
public sealed class ChannelPitches
{
    private readonly double?[] _hz;
    private readonly int[] _timbres;

    /// <summary>Makes the table.</summary>
    /// <param name="hz">One fundamental per channel in Hz, or null where the channel has no pitch.</param>
    /// <param name="timbres">
    /// For models whose channels come in timbres, each channel's; a transposed event keeps its own. Null: all are alike.
    /// </param>
    /// <param name="bend">For models whose events can deviate from their channel's pitch: how.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public ChannelPitches(IReadOnlyList<double?> hz, IReadOnlyList<int>? timbres = null, PitchBend? bend = null)
    {
        if (timbres is not null && timbres.Count != hz.Count)
            throw new ArgumentException($"There are {hz.Count} pitches and {timbres.Count} timbres; one each per channel is needed.");
        (_hz, Bend) = ([.. hz], bend);
        _timbres = timbres is null ? new int[hz.Count] : [.. timbres];
    }

    /// <summary>The number of channels.</summary>
    public int Count => _hz.Length;

    /// <summary>How events deviate from their channel's pitch, in models where they can.</summary>
    public PitchBend? Bend { get; }

    /// <summary>The fundamental of an event in Hz, or null.</summary>
    public double? Of(SoundEvent item) => _hz[item.Channel] is { } hz ? hz * Math.Pow(2, Bend?.Of(item.Details) ?? 0) : null;

    /// <summary>The fundamental of a channel in Hz, or null.</summary>
    public double? this[int channel] => _hz[channel];

    /// <summary>
    /// The channel of the same timbre as <paramref name="like"/> whose fundamental is nearest to <paramref name="hz"/>, or null without
    /// any.
    /// </summary>
    public int? Nearest(double hz, int like)
    {
        int? nearest = null;
        var least = double.MaxValue;
        for (var channel = 0; channel < _hz.Length; channel++)
        {
            if (_hz[channel] is not { } candidate || _timbres[channel] != _timbres[like]) continue;
            var distance = Math.Abs(Pitch.Cents(candidate, hz));
            if (distance >= least) continue;
            least = distance;
            nearest = channel;
        }

        return nearest;
    }
}

/// <summary>
/// Measures the fundamentals of channels that do not stand for pitches, on their resonances alone: the noise of impulses and the
/// reverb have no pitch, and a quarter of a segment holds enough periods of every fundamental.
/// </summary>
internal sealed class ResonancePitches(SparseAudioModel model)
{
    private const int AtOnce = 64;
    private const int PartsOfSegment = 4;
    private const int LowestHz = 20;

    /// <summary>The fundamental of every channel in Hz, or null.</summary>
    /// <param name="context">The context of the events that are decoded.</param>
    /// <param name="amplitude">The amplitude of all of them.</param>
    /// <param name="progress">Told the share of channels done.</param>
    /// <param name="cancellation">Asked every 64 channels.</param>
    public double?[] Measure(SoundContext context, float amplitude, IProgress<double>? progress, CancellationToken cancellation)
    {
        var pitches = new double?[model.Config.Channels];
        for (var first = 0; first < pitches.Length; first += AtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            Measure(pitches.AsSpan(first, Math.Min(AtOnce, pitches.Length - first)), first, context, amplitude);
            progress?.Report(Math.Min(1, (double)(first + AtOnce) / pitches.Length));
        }

        return pitches;
    }

    private void Measure(Span<double?> pitches, int first, SoundContext context, float amplitude)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var (config, device) = (model.Config, model.Device());
        var channels = arange(first, first + pitches.Length, device: device).unsqueeze(0);
        // Events that begin late in the segment are computed only to its end.
        var start = config.Frames - config.Frames / PartsOfSegment;
        var frames = full_like(channels, (long)start);
        var values = full([1, pitches.Length], amplitude, ScalarType.Float32, device);
        var encoding = new SparseEncoding(channels, frames, values) { Context = CodeTensors.ContextOf(model, context) };
        var sound = model.DecodeResonances(encoding).squeeze(0);
        var decaying = sound.narrow(1, (long)start * config.Hop, config.Samples - (long)start * config.Hop);
        var (_, lags) = SoundAnalysis.Autocorrelation(decaying, config.SampleRate / LowestHz);
        var width = (int)lags.shape[1];
        var numbers = lags.data<float>().ToArray();
        for (var i = 0; i < pitches.Length; i++) pitches[i] = SoundAnalysis.Fundamental(numbers.AsSpan(i * width, width), config.SampleRate).Hz;
    }
}
