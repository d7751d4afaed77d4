using SparseAudio.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class AdamTests
{
    // From torch.optim.Adam of torch 1.13.1 in Python, learning rate 0.01, five steps with the gradients below.
    [Theory]
    [InlineData(0, 0.9, new[] { 0.43578672f, -0.22001663f, 2.9388757f, -0.041803148f }, new[] { 0.0502621f, 0.40983996f, 5.026210161e-14f, 295.659f })]
    [InlineData(0.9, 0.999, new[] { 0.4514917f, -0.20598538f, 2.9540198f, -0.044224743f }, new[] { 0.00054950034f, 0.005834333f, 5.4950034e-16f, 3.5928082f })]
    public void Five_steps_end_where_torch_ends(double beta1, double beta2, float[] weights, float[] second)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(new[] { 0.5f, -0.25f, 3f, 1e-3f }, device: CPU));
        var idle = new Parameter(tensor(new[] { 1f }, device: CPU));
        using var adam = new Adam([("weight", parameter), ("idle", idle)], new TrainingConfig { Beta1 = beta1, Beta2 = beta2 });

        for (int t = 1; t <= 5; t++)
        {
            adam.Step([tensor(new[] { 0.1f * t, -2f / t, 1e-7f * t, t == 3 ? 0 : 30 }, device: CPU), null], 1e-2);
        }

        AssertClose(weights, parameter.detach());
        AssertClose(second, adam.Moments()["second.weight"]);
        Assert.Equal(beta1 > 0, adam.Moments().ContainsKey("first.weight"));
        Assert.Equal([5, 0], adam.StepCounts());
        Assert.Equal(1, idle.item<float>());
        Assert.False(adam.Moments().ContainsKey("second.idle"));
    }

    private static void AssertClose(float[] expected, Tensor actual)
    {
        float[] values = actual.data<float>().ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(values[i], Math.Min(expected[i] * 0.999999, expected[i] * 1.000001), Math.Max(expected[i] * 0.999999, expected[i] * 1.000001));
        }
    }
}
