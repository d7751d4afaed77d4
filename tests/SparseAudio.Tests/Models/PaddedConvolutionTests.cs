using SparseAudio.Models;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Tests.Models;

/// <summary>What lies in memory that nothing wrote must not reach a result: it is filled with NaN here before every step.</summary>
[Collection("torch")]
public sealed class PaddedConvolutionTests
{
    private const int Times = 2;

    [Theory]
    [InlineData(60, 40, 1)]
    [InlineData(40, 40, 8)]
    [InlineData(32, 16, 1)]
    public void A_convolution_over_two_axes_is_that_of_its_layer(long inputs, long outputs, long dilation)
    {
        using var scope = NewDisposeScope();
        using var layer = Conv2d(inputs, outputs, (3, 3), stride: (2, 1), padding: (dilation, 1), dilation: (dilation, 1), device: CPU);
        var input = randn([2, inputs, 48, 20], device: CPU);

        var found = PaddedConvolution.Forward(layer, input);

        // In 64 bits torch computes by itself.
        var exact = functional.conv2d(
            input.@double(), layer.weight.@double(), layer.bias!.@double(), [2, 1], [dilation, 1], [dilation, 1]).to_type(ScalarType.Float32);
        Assert.True(found.allclose(exact, 1e-4, 1e-5));
    }

    [Theory]
    [InlineData(128, 257)]
    [InlineData(20, 7)]
    public void A_convolution_over_one_axis_is_that_of_its_layer(long inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        using var layer = Conv1d(inputs, outputs, 3, 1, 1, device: CPU);
        var input = randn([2, inputs, 64], device: CPU);

        var found = PaddedConvolution.Forward(layer, input);

        var exact = functional.conv1d(input.@double(), layer.weight.@double(), layer.bias!.@double(), padding: 1).to_type(ScalarType.Float32);
        Assert.True(found.allclose(exact, 1e-4, 1e-5));
    }

    [Fact]
    public void The_detector_hears_nothing_of_memory_that_nothing_wrote()
    {
        using var detector = new NoteDetector();
        detector.train();
        for (var time = 0; time < Times; time++)
        {
            using var scope = NewDisposeScope();
            var sound = randn([2, 49152], device: CPU) * 0.1;
            FillWithNaN();
            var found = detector.forward(sound);
            var loss = found.Onsets.square().mean() + found.Activity.square().mean();
            AssertFinite(loss, detector);
        }
    }

    [Fact]
    public void The_published_model_hears_nothing_of_memory_that_nothing_wrote()
    {
        using var model = new PublishedModel(new PublishedConfig());
        model.train();
        for (var time = 0; time < Times; time++) AssertEncodes(model);
    }

    [Fact]
    public void The_workbook_model_hears_nothing_of_memory_that_nothing_wrote()
    {
        using var model = new WorkbookModel(new WorkbookConfig());
        model.train();
        for (var time = 0; time < Times; time++) AssertEncodes(model);
    }

    private static void AssertEncodes(SparseAudioModel model)
    {
        using var scope = NewDisposeScope();
        var sound = randn([1, 1, model.Config.Samples], device: CPU) * 0.1;
        FillWithNaN();
        var encoding = model.Encode(sound);
        FillWithNaN();
        AssertFinite(model.DecodeSum(encoding).square().mean(), model);
    }

    private static void AssertFinite(Tensor loss, Module module)
    {
        Assert.True(float.IsFinite(loss.item<float>()));
        FillWithNaN();
        module.zero_grad();
        loss.backward();
        Assert.All(module.named_parameters(), named => Assert.True(named.parameter.grad is not { } gradient || gradient.isfinite().all().item<bool>(), named.name));
    }

    // Allocated and given back, in sizes from 4 kB to 48 MB: what is allocated next gets these pieces.
    private static void FillWithNaN()
    {
        for (var size = 10; size < 24; size++)
        {
            using var powerOfTwo = full([1L << size], float.NaN, device: CPU);
            using var between = full([3L << (size - 1)], float.NaN, device: CPU);
        }
    }
}
