using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Codec.Analysis;

/// <summary>
/// The fundamentals of channels that only sounding can tell, measured on their resonances alone: the noise of impulses and the
/// room have no pitch, and a quarter of a segment holds enough periods of every one.
/// </summary>
internal sealed class ResonancePitches(SparseAudioModel model)
{
    private const int AtOnce = 64;
    private const int PartsOfSegment = 4;
    private const int LowestHz = 20;

    /// <summary>The fundamental of every channel in Hz, or null.</summary>
    /// <param name="context">What the segment tells its events.</param>
    /// <param name="amplitude">The amplitude of all.</param>
    /// <param name="progress">Told the share of channels done.</param>
    /// <param name="cancellation">Asked every few channels.</param>
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
        // What begins late in the segment is computed only to the segment's end.
        var start = config.Frames - config.Frames / PartsOfSegment;
        var frames = full_like(channels, (long)start);
        var values = full([1, pitches.Length], amplitude, ScalarType.Float32, device);
        var embedding = model.Embed(new SparseEncoding(channels, frames, values), CodeTensors.ContextOf(model, context));
        var sound = model.Resonance.forward(embedding, frames).squeeze(0);
        var heard = sound.narrow(1, (long)start * config.Hop, config.Samples - (long)start * config.Hop);
        var (_, lags) = Autocorrelation.Of(heard, config.SampleRate / LowestHz);
        var width = (int)lags.shape[1];
        var numbers = lags.data<float>().ToArray();
        for (var i = 0; i < pitches.Length; i++) pitches[i] = SoundAnalysis.Fundamental(numbers.AsSpan(i * width, width), config.SampleRate).Hz;
    }
}
