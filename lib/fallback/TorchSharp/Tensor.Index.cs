using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One position of an index expression, as in Python's <c>t[3, 1:3, rows]</c>.</summary>
    public readonly struct TensorIndex
    {
        private readonly long? _start;
        private readonly long? _stop;
        private readonly long? _step;
        private readonly torch.Tensor? _tensor;

        private TensorIndex(long? start, long? stop, long? step, torch.Tensor? tensor)
        {
            _start = start;
            _stop = stop;
            _step = step;
            _tensor = tensor;
        }

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(start, stop, step, null);

        public static TensorIndex Tensor(torch.Tensor tensor) => new(null, null, null, tensor);

        /// <summary>Views first; index tensors are collected and looked up at once.</summary>
        internal static torch.Tensor Apply(torch.Tensor source, ReadOnlySpan<TensorIndex> indices)
        {
            var result = source;
            torch.Tensor?[]? lookups = null;
            for (var dim = 0; dim < indices.Length; dim++)
            {
                ref readonly var index = ref indices[dim];
                if (index._tensor is null)
                {
                    result = result.slice(dim, index._start ?? 0, index._stop ?? long.MaxValue, index._step ?? 1);
                }
                else
                {
                    lookups ??= new torch.Tensor?[result.ndim];
                    lookups[dim] = index._tensor;
                }
            }
            return lookups is null ? result : Operators.Call("aten::index.Tensor", result, lookups);
        }
    }

    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => select(0, i1).copy_(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => select(0, i1).select(0, i2);
            set => select(0, i1).select(0, i2).copy_(value);
        }

        public Tensor index(params TensorIndex[] indices) => TensorIndex.Apply(this, indices);
    }
}
