using SparseAudio.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Adam = SparseAudio.Training.Adam;

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
        // Single precision takes the one-pass way, double precision that of torch's operators; 70001 rows leave a remainder at every width.
        Check(ScalarType.Float32, 70_001, beta1, beta2, weights, second);
        Check(ScalarType.Float64, 3, beta1, beta2, weights, second);
    }

    private static void Check(ScalarType type, long rows, double beta1, double beta2, float[] weights, float[] second)
    {
        using var scope = NewDisposeScope();
        Tensor Rows(params double[] row) => tensor(row, device: CPU).type_as(zeros([1], dtype: type, device: CPU)).expand(rows, row.Length).contiguous();
        var parameter = new Parameter(Rows(0.5, -0.25, 3, 1e-3));
        var idle = new Parameter(Rows(1));
        using var adam = new Adam([("weight", parameter), ("idle", idle)], new TrainingConfig { Beta1 = beta1, Beta2 = beta2 });

        for (int t = 1; t <= 5; t++)
        {
            adam.Step([Rows(0.1f * t, -2f / t, 1e-7f * t, t == 3 ? 0 : 30), null], 1e-2);
        }

        foreach (long row in (long[])[0, rows / 2, rows - 1])
        {
            AssertClose(weights, parameter.detach().narrow(0, row, 1));
            AssertClose(second, adam.Moments()["second.weight"].narrow(0, row, 1));
        }

        Assert.Equal(beta1 > 0, adam.Moments().ContainsKey("first.weight"));
        Assert.Equal([5, 0], adam.StepCounts());
        Assert.True(idle.detach().eq(1).all().item<bool>());
        Assert.False(adam.Moments().ContainsKey("second.idle"));
    }

    private static void AssertClose(float[] expected, Tensor actual)
    {
        double[] values = actual.type_as(zeros([1], dtype: ScalarType.Float64, device: CPU)).flatten().data<double>().ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(values[i], Math.Min(expected[i] * 0.999999, expected[i] * 1.000001), Math.Max(expected[i] * 0.999999, expected[i] * 1.000001));
        }
    }
}
