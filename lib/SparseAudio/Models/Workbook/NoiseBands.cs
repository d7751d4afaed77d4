using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// White noise cut into overlapping bands, evenly spaced in log frequency, each with an rms of 1. One noise for all
/// events: it runs with the segment's time, so that the same code sounds the same every time.
/// </summary>
internal sealed class NoiseBands : Module
{
    private const double LowestHz = 60;
    private const double HighestHz = 10000;
    private readonly Tensor bands;  // a Parameter where the noise is learned

    private readonly WorkbookConfig config;

    /// <summary>Builds the bands; they are silent until <see cref="Draw"/>.</summary>
    /// <param name="config">Their length and sample rate, and whether they are learned.</param>
    /// <param name="device">Device of the tensors.</param>
    public NoiseBands(WorkbookConfig config, Device device) : base(nameof(NoiseBands))
    {
        this.config = config;
        var silence = zeros(SynthParameters.BandCount, config.Samples, device: device);
        bands = config.LearnedNoise ? new Parameter(silence) : silence;
        RegisterComponents();
    }

    /// <summary>(bands, samples)</summary>
    public Tensor Samples => bands;

    /// <summary>Draws the noise; it is saved with the model, so the seed matters only here.</summary>
    /// <param name="seed">The same seed gives the same noise.</param>
    internal void Draw(long seed)
    {
        using var generator = new Generator((ulong)seed);
        var noise = empty([config.Samples], ScalarType.Float32, CPU).uniform_(-1, 1, generator);
        var filtered = fft.irfft(fft.rfft(noise) * Gains(config), config.Samples);
        bands.copy_(filtered / filtered.square().mean([1], true).sqrt());
    }

    /// <summary>The first samples of the noise from given frames on; after the segment's end it begins again.</summary>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="length">How many samples, a multiple of <paramref name="hop"/>.</param>
    /// <param name="hop">Samples in a frame.</param>
    /// <returns>(bands, batch, events, length)</returns>
    public Tensor From(Tensor frames, long length, long hop)
    {
        using var scope = NewDisposeScope();
        var (count, blocks) = (bands.shape[1] / hop, length / hop);
        var block = frames.flatten().unsqueeze(1) + arange(blocks, device: frames.device);  // (batch * events, blocks)
        var cut = bands.view(-1, count, hop).index_select(1, block.remainder(count).flatten());
        return cut.view(bands.shape[0], frames.shape[0], frames.shape[1], length).MoveToOuterDisposeScope();
    }

    // Amplitude gains (bands, bins) whose squares are triangles over log frequency; the outermost bands stay open.
    private static Tensor Gains(WorkbookConfig config)
    {
        var bins = config.Samples / 2 + 1;
        var step = Math.Log(HighestHz / LowestHz) / (SynthParameters.BandCount - 1);
        var gains = new float[SynthParameters.BandCount * bins];
        for (var bin = 3; bin < bins; bin++)
        {
            var place = Math.Log((double)bin * config.SampleRate / config.Samples / LowestHz) / step;
            place = Math.Clamp(place, 0, SynthParameters.BandCount - 1);
            for (var band = 0; band < SynthParameters.BandCount; band++)
                gains[band * bins + bin] = (float)Math.Sqrt(Math.Max(1 - Math.Abs(place - band), 0));
        }
        return tensor(gains, [SynthParameters.BandCount, bins], device: CPU);
    }
}
