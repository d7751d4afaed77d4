using static TorchSharp.torch;

namespace SparseAudio.Models.Published;

/// <summary>Where the impulses' noise comes from.</summary>
internal abstract class WhiteNoise
{
    /// <summary>White noise in -1…1 for every event.</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="samples">Samples for each event.</param>
    /// <returns>(batch * events, samples)</returns>
    public abstract Tensor For(SparseEncoding encoding, long samples);

    /// <summary>New noise at every call, from torch's default generator: as published.</summary>
    public static WhiteNoise Fresh { get; } = new FreshNoise();

    /// <summary>
    /// Noise that depends on an event's channel alone: the same event sounds the same every time, in any batch,
    /// whatever the other events are and whenever it is struck.
    /// </summary>
    public static WhiteNoise Seeded(long seed) => new SeededNoise(seed);

    private sealed class FreshNoise : WhiteNoise
    {
        public override Tensor For(SparseEncoding encoding, long samples)
        {
            var rows = encoding.Values.numel();
            return empty([rows, samples], encoding.Values.dtype, encoding.Values.device).uniform_(-1, 1);
        }
    }

    private sealed class SeededNoise(long seed) : WhiteNoise
    {
        private const int Rows = 256;
        private Tensor? bank;

        public override Tensor For(SparseEncoding encoding, long samples)
        {
            using var scope = NewDisposeScope();
            var device = encoding.Values.device;
            if (bank is null || bank.shape[1] != samples || bank.device.type != device.type)
                bank = Bank(samples, device);
            // An odd factor spreads neighbouring channels over the whole bank.
            var rows = (encoding.Channels * 37).remainder(Rows);
            return bank.index_select(0, rows.flatten()).MoveToOuterDisposeScope();
        }

        private Tensor Bank(long samples, Device device)
        {
            using var generator = new Generator((ulong)seed);
            var noise = empty([Rows, samples], ScalarType.Float32, CPU).uniform_(-1, 1, generator);
            return empty_like(noise, device: device).copy_(noise).DetachFromDisposeScope();
        }
    }
}
