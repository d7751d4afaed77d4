using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class AdamTests
{
    // TorchSharp computes Adam in C#. The numbers are from torch.optim.Adam of torch 1.13.1 in Python, learning rate 0.01, five steps with
    // the gradients below.
    [Theory]
    [InlineData(
        0, 0.9, new[] { 0.43578672f, -0.22001663f, 2.9388757f, -0.041803148f }, new[] { 0.0502621f, 0.40983996f, 5.026210161e-14f, 295.659f })]
    [InlineData(0.9, 0.999, new[] { 0.4514917f, -0.20598538f, 2.9540198f, -0.044224743f },
        new[] { 0.00054950034f, 0.005834333f, 5.4950034e-16f, 3.5928082f })]
    public void Five_steps_end_where_those_of_Python_end(double beta1, double beta2, float[] weights, float[] second)
    {
        Check(ScalarType.Float32, beta1, beta2, weights, second);
        Check(ScalarType.Float64, beta1, beta2, weights, second);
    }

    private static void Check(ScalarType type, double beta1, double beta2, float[] weights, float[] second)
    {
        using var scope = NewDisposeScope();
        Tensor Row(params double[] row) => tensor(row, device: CPU).to_type(type);
        var parameter = new Parameter(Row(0.5, -0.25, 3, 1e-3));
        var idle = new Parameter(Row(1));
        using var adam = optim.Adam([parameter, idle], 1e-2, beta1, beta2);

        for (var t = 1; t <= 5; t++)
        {
            parameter.grad = Row(0.1f * t, -2f / t, 1e-7f * t, t == 3 ? 0 : 30);
            adam.step();
        }

        Adam.State[] moments = [.. adam.state_dict().State.Cast<Adam.State>()];
        AssertClose(weights, parameter.detach());
        AssertClose(second, moments[0].exp_avg_sq);
        Assert.Equal([5, 0], moments.Select(state => state.step));
        Assert.True(idle.detach().eq(1).all().item<bool>());
    }

    private static void AssertClose(float[] expected, Tensor actual)
    {
        var values = actual.type_as(zeros([1], dtype: ScalarType.Float64, device: CPU)).flatten().data<double>().ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(
                values[i], Math.Min(expected[i] * 0.999999, expected[i] * 1.000001), Math.Max(expected[i] * 0.999999, expected[i] * 1.000001));
        }
    }
}
