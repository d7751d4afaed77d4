using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Signal;

/// <summary>Single-precision transforms and their gradients against double precision, which takes another path.</summary>
[Collection("torch")]
public sealed class TransformTests
{
    public static TheoryData<int, FFTNormType> Cases()
    {
        var cases = new TheoryData<int, FFTNormType>();
        foreach (var samples in new[] { 1000, 1536, 999, 640 })
        {
            cases.Add(samples, FFTNormType.Backward);
            cases.Add(samples, FFTNormType.Ortho);
            cases.Add(samples, FFTNormType.Forward);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Spectra_and_their_gradients_agree(int samples, FFTNormType norm)
    {
        using var scope = NewDisposeScope();
        var single = randn([3, 1000], device: CPU).requires_grad_();
        var exact = single.detach().@double().requires_grad_();
        var weights = randn([3, (samples / 2) + 1, 2], device: CPU);

        var spectrum = view_as_real(fft.rfft(single, samples, -1, norm));
        var expected = view_as_real(fft.rfft(exact, samples, -1, norm));
        AssertClose(expected, spectrum);
        AssertClose(
            autograd.grad([(expected * weights).sum()], [exact])[0],
            autograd.grad([(spectrum * weights).sum()], [single])[0]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samples_and_their_gradients_agree(int samples, FFTNormType norm)
    {
        using var scope = NewDisposeScope();
        var single = randn([3, 501, 2], device: CPU).requires_grad_();
        var exact = single.detach().@double().requires_grad_();
        var weights = randn([3, samples], device: CPU);

        var wave = fft.irfft(view_as_complex(single), samples, -1, norm);
        var expected = fft.irfft(view_as_complex(exact), samples, -1, norm);
        AssertClose(expected, wave);
        AssertClose(
            autograd.grad([(expected * weights).sum()], [exact])[0],
            autograd.grad([(wave * weights).sum()], [single])[0]);
    }

    [Fact]
    public void All_cores_are_used()
    {
        using var loaded = zeros([1], device: CPU);
        Assert.Equal(Environment.ProcessorCount, get_num_threads());
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        var error = ((actual.@double() - expected).norm() / expected.norm()).item<double>();
        Assert.InRange(error, 0, 1e-6);
    }
}
