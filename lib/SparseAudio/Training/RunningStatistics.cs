using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// What a forward pass itself changes in a model: batch norm's running statistics, by torch's names for them. Remembered
/// before a step, so that a step which gave NaN leaves nothing behind.
/// </summary>
internal sealed class RunningStatistics : IDisposable
{
    private readonly (Tensor Live, Tensor Kept)[] _buffers;

    public RunningStatistics(nn.Module model)
    {
        _buffers = [.. model.state_dict()
            .Where(item => item.Key.Split('.')[^1] is "running_mean" or "running_var" or "num_batches_tracked")
            .Select(item => (item.Value, item.Value.clone().DetachFromDisposeScope()))];
    }

    public void Remember() => Copy(buffer => buffer.Kept.copy_(buffer.Live));

    public void Restore() => Copy(buffer => buffer.Live.copy_(buffer.Kept));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, Tensor kept) in _buffers)
        {
            kept.Dispose();
        }
    }

    private void Copy(Action<(Tensor Live, Tensor Kept)> copy)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Array.ForEach(_buffers, copy);
    }
}
