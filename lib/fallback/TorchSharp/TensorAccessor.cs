using System.Collections;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor in row-major order.</summary>
public sealed class TensorAccessor<T> : IEnumerable<T>, IDisposable
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.dtype != ElementTypes.Of(typeof(T)))
        {
            throw new ArgumentException($"The tensor holds {tensor.dtype}, not {typeof(T).Name}.");
        }
        _tensor = tensor.is_contiguous() ? tensor : tensor.contiguous();
    }

    public long Count => _tensor.numel();

    public T[] ToArray() => Elements.ToArray();

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => GC.SuppressFinalize(this);

    private unsafe ReadOnlySpan<T> Elements
    {
        get
        {
            var (memory, _) = _tensor.ContiguousMemory();
            return MemoryMarshal.CreateReadOnlySpan(ref *(T*)memory, checked((int)Count));
        }
    }
}
