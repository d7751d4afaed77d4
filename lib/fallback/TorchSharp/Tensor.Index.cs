using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One position of an index expression, as in Python's <c>t[..., 1:3, None]</c>.</summary>
    public readonly struct TensorIndex
    {
        private enum Form { Single, Slice, Ellipsis, None, Tensor }

        private readonly Form _form;
        private readonly long? _start;
        private readonly long? _stop;
        private readonly long? _step;
        private readonly torch.Tensor? _tensor;

        private TensorIndex(Form form, long? start = null, long? stop = null, long? step = null, torch.Tensor? tensor = null)
        {
            _form = form;
            _start = start;
            _stop = stop;
            _step = step;
            _tensor = tensor;
        }

        public static readonly TensorIndex Ellipsis = new(Form.Ellipsis);

        public static readonly TensorIndex None = new(Form.None);

        public static readonly TensorIndex Colon = new(Form.Slice);

        public static TensorIndex Single(long? index) => new(Form.Single, index);

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(Form.Slice, start, stop, step);

        public static TensorIndex Tensor(torch.Tensor tensor) => new(Form.Tensor, tensor: tensor);

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Range range) => Slice(Bound(range.Start), Bound(range.End));

        private static long? Bound(Index index) => index.IsFromEnd ? index.Value == 0 ? null : -index.Value : index.Value;

        /// <summary>Views first; index tensors are collected and looked up at once.</summary>
        internal static torch.Tensor Apply(torch.Tensor source, ReadOnlySpan<TensorIndex> indices)
        {
            var result = source;
            long dim = 0;
            torch.Tensor?[]? lookups = null;
            for (var i = 0; i < indices.Length; i++)
            {
                ref readonly var index = ref indices[i];
                switch (index._form)
                {
                    case Form.Single:
                        result = result.select(dim, index._start ?? throw new ArgumentException("An index is null."));
                        break;
                    case Form.Slice:
                        result = result.slice(dim, index._start ?? 0, index._stop ?? long.MaxValue, index._step ?? 1);
                        dim++;
                        break;
                    case Form.None:
                        result = result.unsqueeze(dim);
                        dim++;
                        break;
                    case Form.Ellipsis:
                        dim = result.ndim - Consumed(indices[(i + 1)..]);
                        break;
                    case Form.Tensor:
                        lookups ??= new torch.Tensor?[result.ndim];
                        lookups[dim] = index._tensor;
                        dim++;
                        break;
                }
            }
            return lookups is null ? result : Operators.Call("aten::index.Tensor", result, lookups);
        }

        private static long Consumed(ReadOnlySpan<TensorIndex> indices)
        {
            long count = 0;
            foreach (ref readonly var index in indices)
            {
                count += index._form == Form.None ? 0 : 1;
            }
            return count;
        }
    }

    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => TensorIndex.Apply(this, indices);
            set => TensorIndex.Apply(this, indices).copy_(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => TensorIndex.Apply(this, [i1]);
            set => TensorIndex.Apply(this, [i1]).copy_(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => TensorIndex.Apply(this, [i1, i2]);
            set => TensorIndex.Apply(this, [i1, i2]).copy_(value);
        }

        public Tensor index(params TensorIndex[] indices) => TensorIndex.Apply(this, indices);
    }
}
