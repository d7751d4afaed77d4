using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Signal;

/// <summary>Native memory is released when its scope ends, not when the garbage collector happens to run.</summary>
[Collection("torch")]
public sealed class MemoryTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public void Twenty_thousand_tensors_made_and_disposed_leave_memory_flat()
    {
        void Round()
        {
            using var made = empty([64 * 1024], device: CPU);
            using var filled = made.fill_(1.0f);
        }
        Repeat(1000, Round);
        var before = ResidentBytes();
        Repeat(20_000, Round);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 32 * Mebibyte);
    }

    [Fact]
    public void Two_hundred_training_steps_leave_memory_flat()
    {
        using var weight = randn([256, 256], device: CPU).requires_grad_();
        using var input = randn([512, 256], device: CPU);
        void Step()
        {
            using var scope = NewDisposeScope();
            var loss = fft.rfft(input.matmul(weight)).abs().sum();
            var gradient = autograd.grad([loss], [weight])[0];
            using var frozen = no_grad();
            _ = weight.add_(gradient, -1e-6);
        }
        Repeat(20, Step);
        var before = ResidentBytes();
        Repeat(200, Step);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 32 * Mebibyte);
    }

    [Fact]
    public void A_scope_disposes_what_was_made_in_it_except_what_moved_out()
    {
        Tensor inner, moved, detached;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                inner = zeros([2], device: CPU);
                moved = zeros([2], device: CPU).MoveToOuterDisposeScope();
                detached = zeros([2], device: CPU).DetachFromDisposeScope();
            }
            Assert.True(inner.IsInvalid);
            Assert.False(moved.IsInvalid);
        }
        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
            action();
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
