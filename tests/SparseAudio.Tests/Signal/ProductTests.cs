using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Signal;

/// <summary>Products of a few rows with a large matrix, which take a path of their own, against double precision.</summary>
[Collection("torch")]
public sealed class ProductTests
{
    [Theory]
    [InlineData(1, 1023, 1500)]
    [InlineData(5, 1023, 4097)]
    [InlineData(8, 300, 5000)]
    [InlineData(16, 1024, 1100)]
    [InlineData(17, 1024, 1100)]
    public void A_few_rows_times_a_large_matrix_is_the_product(int rows, int depth, int columns)
    {
        using var scope = NewDisposeScope();
        var left = randn([rows, depth], generator: new Generator(1));
        left = left * left.gt(0).type_as(left);
        left.narrow(1, 3, 1).zero_();
        var matrix = randn([depth, columns + 50], generator: new Generator(2)).narrow(1, 20, columns);

        var product = left.matmul(matrix);

        var exact = left.@double().matmul(matrix.@double());
        Assert.Equal([rows, columns], product.shape);
        Assert.InRange((product - exact).abs().max().item<double>() / exact.abs().max().item<double>(), 0, 1e-6);
    }

    [Fact]
    public void A_product_that_carries_gradients_carries_them_to_both_sides()
    {
        using var scope = NewDisposeScope();
        var left = randn([2, 1024], generator: new Generator(3)).requires_grad_();
        var matrix = randn([1024, 1100], generator: new Generator(4)).requires_grad_();

        var gradients = autograd.grad([left.matmul(matrix).sum()], [left, matrix]);

        Assert.InRange((gradients[0] - matrix.sum(1, true).transpose(0, 1)).abs().max().item<float>(), 0, 1e-3);
        Assert.InRange((gradients[1] - left.sum(0, true).transpose(0, 1)).abs().max().item<float>(), 0, 1e-5);
    }
}
