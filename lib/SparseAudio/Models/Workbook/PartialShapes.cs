using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>The four waveforms as sums of partials, so that no partial reaches half the sample rate: nothing aliases.</summary>
internal sealed class PartialShapes
{
    /// <summary>Sine, sawtooth, square, triangle.</summary>
    public const int Waveforms = 4;

    /// <summary>Makes the tables.</summary>
    /// <param name="count">How many partials.</param>
    /// <param name="device">Device of the tables.</param>
    public PartialShapes(int count, Device device)
    {
        var numbers = Enumerable.Range(1, count).Select(k => (float)k).ToArray();
        Tensor Table(params Func<float, float>[] rows) =>
            tensor([.. rows.SelectMany(row => numbers.Select(row))], [rows.Length, count], device: CPU).IntoTorchMemory(device).DetachFromDisposeScope();
        Numbers = Table(k => k).squeeze(0).DetachFromDisposeScope();
        Amplitudes = Table(k => k == 1 ? 1 : 0, k => 1 / k, k => k % 2 == 1 ? 1 / k : 0, k => k % 2 == 1 ? 1 / (k * k) : 0);
        Formants = Table(k => k == 2 ? 1 : 0, k => k is 3 or 4 ? 1 : 0, k => k > 4 ? 1 : 0);
        // A square wave starts rarer than the others.
        Start = tensor(new float[] { 1, 1, 0, 1 }, device: device).DetachFromDisposeScope();
    }

    /// <summary>1, 2, 3, … (partials)</summary>
    public Tensor Numbers { get; }

    /// <summary>(waveforms, partials)</summary>
    public Tensor Amplitudes { get; }

    /// <summary>Which partials each of the three formant gains belongs to, (3, partials).</summary>
    public Tensor Formants { get; }

    /// <summary>Log shares of the waveforms before anything is learned.</summary>
    public Tensor Start { get; }
}
