using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models.Published;

/// <summary>The stored waveforms from which resonances are mixed.</summary>
internal static class ResonanceAtoms
{
    /// <summary>Every waveform at every fundamental frequency, these evenly spaced in hertz.</summary>
    /// <returns>(waveforms * frequencies, samples)</returns>
    public static Tensor Build(ModelConfig config, Device device)
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
