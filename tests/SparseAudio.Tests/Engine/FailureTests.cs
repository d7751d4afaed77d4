using System.Runtime.InteropServices;
using SparseAudio.Tests.Packages;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Engine;

/// <summary>
/// Whatever is done wrong comes back from the stand-in as a managed exception that says what, and the process lives on. The
/// package does not promise that: a product of matrices that do not fit ends its process.
/// </summary>
[Collection("torch")]
public sealed class FailureTests
{
    [StandInFact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => zeros([2, 3], device: CPU).matmul(zeros([7, 7], device: CPU)));
        Assert.Contains("2x3 and 7x7", error.Message);
    }

    [StandInFact]
    public void Dtypes_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => zeros([2, 2], device: CPU).mm(zeros([2, 2], ScalarType.Float64, CPU)));
        Assert.Matches("(?i)double|dtype", error.Message);
    }

    [StandInTheory]
    [InlineData(2)]
    [InlineData(-3)]
    [InlineData(long.MaxValue)]
    public void A_dimension_out_of_range_is_named(long dim)
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => zeros([2, 3], device: CPU).sum(dim));
        Assert.Contains("Dimension out of range", error.Message);
    }

    [StandInFact]
    public void An_index_out_of_range_is_an_error_and_not_a_read_elsewhere()
    {
        using var scope = NewDisposeScope();
        var table = zeros([4, 3], device: CPU);
        Assert.Throws<ExternalException>(() => table.index_select(0, tensor(new long[] { 0, 4 }, device: CPU)));
        Assert.Throws<ExternalException>(() => table.gather(0, full([1, 3], 9, ScalarType.Int64, CPU)));
        Assert.Throws<ExternalException>(() => table.select(0, 17));
        Assert.Throws<ExternalException>(() => table.narrow(0, 2, 5));
    }

    [StandInFact]
    public void A_null_tensor_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => zeros([2], device: CPU).add((Tensor)null!));
        Assert.ThrowsAny<Exception>(() => cat([zeros([2], device: CPU), null!]));
    }

    [StandInFact]
    public void A_disposed_tensor_says_that_it_was_disposed()
    {
        var kept = zeros([2], device: CPU);
        kept.Dispose();
        Assert.ThrowsAny<InvalidOperationException>(() => kept.sum());
        Assert.ThrowsAny<InvalidOperationException>(() => kept.shape);
    }

    [StandInFact]
    public void A_failure_inside_backward_is_an_exception()
    {
        using var scope = NewDisposeScope();
        var x = ones([3], device: CPU).requires_grad_();
        var y = x * 2.0;
        var loss = y.exp().mul(y).sum();
        using (no_grad())
        {
            _ = y.add_(1.0);
        }
        var error = Assert.Throws<ExternalException>(() => autograd.grad([loss], [x]));
        Assert.Contains("modified by an inplace operation", error.Message);
    }

    [StandInFact]
    public void A_second_backward_through_a_freed_graph_is_an_exception()
    {
        using var scope = NewDisposeScope();
        var x = ones([3], device: CPU).requires_grad_();
        var loss = x.exp().sum();
        loss.backward();
        var error = Assert.Throws<ExternalException>(loss.backward);
        Assert.Contains("second time", error.Message);
    }

    [StandInFact]
    public void A_transform_of_nothing_is_an_exception()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => fft.rfft(zeros([0], device: CPU)));
        Assert.Throws<ExternalException>(() => fft.rfft(zeros([2, 8], device: CPU), 0));
    }

    [StandInFact]
    public void More_memory_than_there_is_is_an_exception()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => zeros([1L << 30, 1L << 20], device: CPU));
    }

    [StandInFact]
    public void An_item_of_many_elements_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => zeros([2], device: CPU).item<float>());
    }
}
