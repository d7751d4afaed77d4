using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models;

/// <summary>
/// The sparse code of a batch: for every event its channel ("what"), its frame ("when") and its value ("how much").
/// All other cells of the dense (batch, channels, frames) code are zero.
/// </summary>
/// <param name="Channels">(batch, events) int64</param>
/// <param name="Frames">(batch, events) int64</param>
/// <param name="Values">(batch, events) float32</param>
public sealed record SparseEncoding(Tensor Channels, Tensor Frames, Tensor Values)
{
    private static readonly long[] _ofEvents = [TensorGuard.Any, TensorGuard.Any];

    /// <summary>(batch, events) int64</summary>
    public Tensor Channels { get; init => field = value.RequireIndices(_ofEvents, name: nameof(Channels)); } = Channels.RequireIndices(_ofEvents);

    /// <summary>(batch, events) int64</summary>
    public Tensor Frames { get; init => field = value.RequireIndices(_ofEvents, name: nameof(Frames)); } = Frames.RequireIndices(_ofEvents);

    /// <summary>(batch, events) float32</summary>
    public Tensor Values { get; init => field = value.RequireReal(_ofEvents, name: nameof(Values)); } = Values.RequireReal(_ofEvents);

    /// <summary>
    /// (batch, <see cref="ModelConfig.ContextWidth"/>): what the segment as a whole tells every event and the reverb. Null
    /// means: derive it from the events. Set it to keep the original reverb while events are edited.
    /// </summary>
    public Tensor? Context { get; init => field = value?.RequireReal(_ofEvents, name: nameof(Context)); }

    /// <summary>(batch, events, details): numbers of an event's own, for presets that have them; otherwise null.</summary>
    public Tensor? Details { get; init => field = value?.RequireReal([.. _ofEvents, TensorGuard.Any], name: nameof(Details)); }

    /// <summary>(batch, events): factors on the events' sound, which change nothing else about it; null: 1.</summary>
    public Tensor? Gains { get; init => field = value?.RequireReal(_ofEvents, name: nameof(Gains)); }

    /// <summary>(batch, events): the values with the gains, to which the loudness of events is proportional.</summary>
    internal Tensor Loudness => Gains is { } gains ? Values * gains : Values;

    /// <summary>
    /// (batch, events, variants): while a model with variants trains, the chosen variants with the gradient of the choice;
    /// otherwise null.
    /// </summary>
    internal Tensor? VariantShares { get; init; }

    /// <summary>The dense code.</summary>
    /// <param name="channels">Channels of the code.</param>
    /// <param name="frames">Frames of the code.</param>
    /// <returns>(batch, channels, frames), zero where no event is.</returns>
    public Tensor ToDense(long channels = 4096, long frames = 128)
    {
        using var scope = NewDisposeScope();
        var batch = Values.shape[0];
        var cells = Channels * frames + Frames;
        var dense = zeros(batch, channels * frames, dtype: Values.dtype, device: Values.device);
        return dense.scatter_add(1, cells, Values).view(batch, channels, frames).MoveToOuterDisposeScope();
    }

    /// <summary>The same events, the largest values first.</summary>
    public SparseEncoding StrongestFirst()
    {
        using var scope = NewDisposeScope();
        var order = Values.sort(1, descending: true, stable: true).Indices;
        Tensor? Ordered(Tensor? ofEvents) => ofEvents?.gather(1, order.unsqueeze(2).expand(-1, -1, ofEvents.shape[2]));
        var sorted = new SparseEncoding(Channels.gather(1, order), Frames.gather(1, order), Values.gather(1, order))
        {
            Details = Ordered(Details),
            Gains = Gains?.gather(1, order),
            VariantShares = Ordered(VariantShares),
        };
        // The context is not new: it stays in the scope where it is.
        return sorted.MoveToOuterDisposeScope() with { Context = Context };
    }

    /// <summary>Refuses tensors that do not belong together: of other sizes, of another type, or on another device.</summary>
    internal void RequireConsistency()
    {
        Channels.RequireIndices(Values.shape, Values, nameof(Channels));
        Frames.RequireIndices(Values.shape, Values, nameof(Frames));
        Context?.RequireReal([Values.shape[0], TensorGuard.Any], Values, nameof(Context));
        Details?.RequireReal([.. Values.shape, TensorGuard.Any], Values, nameof(Details));
        Gains?.RequireReal(Values.shape, Values, nameof(Gains));
    }

    /// <summary>Hands all tensors to the dispose scope around the current one.</summary>
    public SparseEncoding MoveToOuterDisposeScope()
    {
        Channels.MoveToOuterDisposeScope();
        Frames.MoveToOuterDisposeScope();
        Values.MoveToOuterDisposeScope();
        Context?.MoveToOuterDisposeScope();
        Details?.MoveToOuterDisposeScope();
        Gains?.MoveToOuterDisposeScope();
        VariantShares?.MoveToOuterDisposeScope();
        return this;
    }
}
