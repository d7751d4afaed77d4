using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Training;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class RefinementTests
{
    [Fact]
    public void StepsLowerTheLossAndKeepTheEvents()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(seed: 2);
        var audio = ((arange(8192, device: CPU) * (2 * Math.PI * 523 / 22050)).sin() * 0.4).view(1, 1, -1);
        SparseEncoding encoding;
        using (no_grad()) encoding = model.Encode(audio);

        var refined = Refinement.Refine(model, audio, encoding, 10);

        Assert.True(refined.Channels.eq(encoding.Channels).all().item<bool>());
        Assert.True(refined.Values.eq(encoding.Values).all().item<bool>());
        Assert.False(refined.Details!.requires_grad);
        Assert.True(Loss(model, audio, refined) < 0.9 * Loss(model, audio, encoding));
        var again = Refinement.Refine(model, audio, encoding, 10);
        Assert.True(again.Details!.eq(refined.Details!).all().item<bool>());
    }

    [Fact]
    public void OfACodeWithoutDetailsTheValuesMove()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(seed: 2);
        var audio = ((arange(8192, device: CPU) * (2 * Math.PI * 523 / 22050)).sin() * 0.4).view(1, 1, -1);
        SparseEncoding encoding;
        using (no_grad()) encoding = model.Encode(audio) with { Details = null };

        var refined = Refinement.Refine(model, audio, encoding, 10);

        Assert.Null(refined.Details);
        Assert.True(refined.Channels.eq(encoding.Channels).all().item<bool>());
        Assert.Equal(encoding.Values.ne(0).sum().item<long>(), refined.Values.ne(0).sum().item<long>());
        Assert.True(Loss(model, audio, refined) < Loss(model, audio, encoding));
    }

    [Fact]
    public void WhatRingsAlreadyIsNotPlayedAgain()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(seed: 2);
        var audio = ((arange(8192, device: CPU) * (2 * Math.PI * 523 / 22050)).sin() * 0.4).view(1, 1, -1);
        SparseEncoding encoding;
        using (no_grad()) encoding = model.Encode(audio);

        var alone = Refinement.Refine(model, audio, encoding, 10);
        var beside = Refinement.Refine(model, audio, encoding, 10, ringing: audio);

        Assert.True(Energy(model, beside) < 0.5 * Energy(model, alone));
    }

    [Fact]
    public void NoStepsChangeNothing()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(seed: 2);
        var audio = ones([1, 1, 8192], device: CPU) * 0.1;
        SparseEncoding encoding;
        using (no_grad()) encoding = model.Encode(audio);

        var refined = Refinement.Refine(model, audio, encoding, 0);

        Assert.True(refined.Details!.eq(encoding.Details!).all().item<bool>());
    }

    [Fact]
    public void AModelWithoutDetailsIsRefusedByName()
    {
        using var scope = NewDisposeScope();
        using var model = ModelPreset.Build(Small with { Detailed = false, Name = "plain" });
        var encoding = new SparseEncoding(zeros([1, 1], ScalarType.Int64, CPU), zeros([1, 1], ScalarType.Int64, CPU), ones([1, 1], device: CPU));

        var error = Assert.Throws<ArgumentException>(() => Refinement.Refine(model, zeros([1, 1, 8192], device: CPU), encoding, 1));

        Assert.Contains("plain", error.Message);
    }

    private static float Energy(SparseAudioModel model, SparseEncoding encoding)
    {
        using var fixedGraph = no_grad();
        return model.DecodeSum(encoding).square().sum().item<float>();
    }

    private static float Loss(SparseAudioModel model, Tensor audio, SparseEncoding encoding)
    {
        using var fixedGraph = no_grad();
        return new WorkbookLoss().Compute(audio, model.DecodeSum(encoding)).Total.item<float>();
    }
}
