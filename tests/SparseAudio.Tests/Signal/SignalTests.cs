using SparseAudio.Signal;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Signal;

[Collection("torch")]
public sealed class SignalTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(36863, 36864)]
    [InlineData(65535, 65536)]
    [InlineData(65537, 73728)]
    public void A_transform_is_the_shortest_fast_one_that_holds_the_result(long samples, long expected) =>
        Assert.Equal(expected, FftConvolution.TransformLength(samples));

    [Theory]
    [InlineData(7, 5)]
    [InlineData(64, 64)]
    [InlineData(1000, 33)]
    public void A_convolution_is_the_sum_of_products(int lengthA, int lengthB)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Random(1, lengthA), Random(2, lengthB));
        var (x, y) = (a.data<float>().ToArray(), b.data<float>().ToArray());

        var result = FftConvolution.Convolve(a, b, lengthA).data<float>().ToArray();

        for (var n = 0; n < lengthA; n++)
        {
            var expected = Enumerable.Range(0, Math.Min(n + 1, lengthB)).Sum(k => (double)y[k] * x[n - k]);
            Assert.Equal(expected, result[n], 1e-3);
        }
    }

    [Fact]
    public void The_octave_bands_hold_the_energy_of_the_signal()
    {
        using var scope = NewDisposeScope();
        var signal = Random(3, 8192);

        var bands = OctaveBands.Split(signal, 512);

        Assert.Equal([512, 1024, 2048, 4096, 8192], bands.Select(band => band.Size));
        var energy = bands.Sum(band => band.Samples.square().sum().item<float>());
        Assert.Equal(1, energy / signal.square().sum().item<float>(), 0.01);
    }

    [Fact]
    public void Halving_frames_added_back_together_give_the_signal_inside()
    {
        using var scope = NewDisposeScope();
        var signal = Random(4, 1024);

        var rebuilt = Framing.OverlapAdd(Framing.Split(signal, 64, 32) * hann_window(64));

        Assert.Equal(0, (rebuilt - signal).narrow(0, 32, 992).abs().max().item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(Waveform.Sawtooth, -1, -0.5, 0, 0.5)]
    [InlineData(Waveform.Square, 1, 1, -1, -1)]
    [InlineData(Waveform.Triangle, -1, 0, 1, 0)]
    [InlineData(Waveform.Sine, 0, 1, 0, -1)]
    public void Waveforms_have_their_shapes(Waveform shape, double start, double quarter, double half, double threeQuarters)
    {
        var samples = new float[5];
        Waveforms.Fill(shape, Math.PI / 2, samples);

        Assert.Equal([start, quarter, half, threeQuarters, start], samples.Select(sample => Math.Round(sample, 5) + 0.0));
    }

    [Fact]
    public void Interpolation_keeps_constants_and_the_borders()
    {
        using var scope = NewDisposeScope();
        var matrix = Interpolation.Matrix(4, 9, CPU);

        Assert.All(ones([1, 4]).matmul(matrix).data<float>().ToArray(), value => Assert.Equal(1, value, 1e-6));
        var ramp = arange(4, ScalarType.Float32).matmul(matrix).data<float>().ToArray();
        Assert.Equal(0, ramp[0]);
        Assert.Equal(1.5, ramp[4], 1e-6);
        Assert.Equal(3, ramp[^1]);
    }

    [Fact]
    public void Mel_bands_cover_every_frequency_between_the_first_and_the_last_peak()
    {
        using var scope = NewDisposeScope();
        var sums = MelFilters.Matrix(1025, 40, 22050, CPU).sum(1).data<float>().ToArray();

        Assert.All(sums[10..900], sum => Assert.Equal(1, sum, 1e-4));
    }

    private static Tensor Random(ulong seed, long length) => randn([length], generator: new Generator(seed));
}
