using SparseAudio.Model.Layers;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Model.Pitched;

/// <summary>
/// The spectrogram at the pitches themselves. A Fourier transform's bins are 11 Hz apart, in the bass several pitches of the grid;
/// read between bins, its peaks would still sit on bins, and low notes would be out of tune.
/// </summary>
internal sealed class PitchSpectrum
{
    private readonly Tensor sinusoids;
    private readonly ModelConfig config;

    /// <summary>Prepares a windowed cosine and sine for every pitch.</summary>
    /// <param name="config">Window, hop and sample rate.</param>
    /// <param name="grid">The pitches.</param>
    /// <param name="device">Where the tables live.</param>
    public PitchSpectrum(ModelConfig config, PitchGrid grid, Device device)
    {
        this.config = config;
        var columns = 2 * grid.Pitches;
        var table = new float[config.Window * columns];
        for (var pitch = 0; pitch < grid.Pitches; pitch++)
        {
            var step = 2 * Math.PI * grid.Hertz(pitch * grid.Variants) / config.SampleRate;
            for (var n = 0; n < config.Window; n++)
            {
                var hann = 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / config.Window);
                var (sine, cosine) = Math.SinCos(step * n);
                table[n * columns + pitch] = (float)(hann * cosine);
                table[n * columns + grid.Pitches + pitch] = (float)(hann * sine);
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
        return ((parts[0] + parts[1]).sqrt() * (4.0 / config.Window)).MoveToOuterDisposeScope();
    }
}
