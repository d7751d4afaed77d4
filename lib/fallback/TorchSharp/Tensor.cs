using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A handle to a libtorch tensor: released by Dispose, by its dispose scope, or by the finalizer as the net.</summary>
    public partial class Tensor : IDisposable
    {
        private IntPtr _handle;

        internal DisposeScope? OwningScope { get; set; }

        private protected Tensor(IntPtr handle)
        {
            _handle = handle;
            DisposeScopeManager.Register(this);
        }

        ~Tensor() => Release(false);

        /// <summary>A tensor for a handle that a call returned; an undefined tensor has none.</summary>
        internal static Tensor Own(IntPtr handle)
            => handle != 0 ? new(handle) : throw new InvalidOperationException("The operation returned no tensor.");

        /// <summary>A tensor that says of itself that it is invalid where a call returned none, as for an unused input's gradient.</summary>
        internal static Tensor OwnOrInvalid(IntPtr handle) => new(handle);

        internal IntPtr Handle => _handle != 0
            ? _handle
            : throw new ObjectDisposedException(nameof(Tensor), "This tensor was disposed already, by Dispose or by the dispose scope that it was made in; keep it with MoveToOuterDisposeScope or DetachFromDisposeScope.");

        public bool IsInvalid => _handle == 0;

        internal IntPtr DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            var handle = Handle;
            _handle = 0;
            OwningScope?.Forget(this);
            return handle;
        }

        public void Dispose()
        {
            Release(true);
            GC.SuppressFinalize(this);
        }

        private void Release(bool disposing)
        {
            if (_handle == 0)
            {
                return;
            }
            Native.engine_free_tensor(_handle);
            _handle = 0;
            if (disposing)
            {
                OwningScope?.Forget(this);
            }
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningScope?.MoveToOuter(this);
            return this;
        }

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                fixed (long* first = sizes)
                {
                    Native.engine_shape(Handle, first);
                }
                return sizes;
            }
        }

        internal long size(int dim) => shape[dim < 0 ? dim + (int)ndim : dim];

        public long ndim => Native.engine_dim(Handle);

        public long numel() => Native.engine_numel(Handle);

        internal long element_size() => Native.engine_element_size(Handle);

        public ScalarType dtype => (ScalarType)Native.engine_dtype(Handle);

        public Device device => new((DeviceType)Native.engine_device_type(Handle), device_index);

        private int device_index => Native.engine_device_index(Handle);

        public bool is_contiguous() => Native.engine_is_contiguous(Handle) != 0;

        public bool requires_grad
        {
            get => Native.engine_requires_grad(Handle) != 0;
            set => Native.ThrowIfFailed(Native.engine_set_requires_grad(Handle, value ? 1 : 0));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public void backward() => autograd.backward(this);

        /// <summary>The bytes of a contiguous tensor in the CPU's memory; valid while the tensor lives.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                var (memory, count) = ContiguousMemory();
                return new Span<byte>((void*)memory, checked((int)count));
            }
            set
            {
                var (memory, count) = ContiguousMemory();
                if (value.Length != count)
                {
                    throw new ArgumentException($"The tensor holds {count} bytes, not {value.Length}.");
                }
                value.CopyTo(new Span<byte>((void*)memory, value.Length));
            }
        }

        public TensorAccessor<T> data<T>() where T : unmanaged => new(this);

        public T item<T>() where T : unmanaged
        {
            if (numel() != 1)
            {
                throw new ArgumentException($"item() needs a tensor with one element; this one has the shape [{string.Join(", ", shape)}].");
            }
            var number = Operators.CallNumber("aten::_local_scalar_dense", this);
            return typeof(T) == typeof(float) ? Cast<float, T>((float)number)
                : typeof(T) == typeof(double) ? Cast<double, T>(number)
                : typeof(T) == typeof(long) ? Cast<long, T>((long)number)
                : typeof(T) == typeof(int) ? Cast<int, T>((int)number)
                : typeof(T) == typeof(bool) ? Cast<bool, T>(number != 0)
                : throw new NotSupportedException($"item<{typeof(T).Name}>() is not supported by this engine.");

            static TTo Cast<TFrom, TTo>(TFrom value) => Unsafe.As<TFrom, TTo>(ref value);
        }

        internal (IntPtr Memory, long Bytes) ContiguousMemory()
        {
            if (device.type != DeviceType.CPU)
            {
                throw new InvalidOperationException($"The tensor lives on {device}; its bytes can be read after cpu().");
            }
            if (!is_contiguous())
            {
                throw new InvalidOperationException("The bytes of a strided view cannot be read; call contiguous() first.");
            }
            return (Native.engine_data(Handle), numel() * element_size());
        }

        public override string ToString() => $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
    }
}

internal static class ElementTypes
{
    internal static torch.ScalarType Of(Type type)
        => type == typeof(float) ? torch.ScalarType.Float32
        : type == typeof(double) ? torch.ScalarType.Float64
        : type == typeof(long) ? torch.ScalarType.Int64
        : type == typeof(int) ? torch.ScalarType.Int32
        : type == typeof(short) ? torch.ScalarType.Int16
        : type == typeof(byte) ? torch.ScalarType.Byte
        : type == typeof(sbyte) ? torch.ScalarType.Int8
        : type == typeof(bool) ? torch.ScalarType.Bool
        : throw new NotSupportedException($"{type.Name} is not an element type of this engine.");

    /// <summary>A CPU tensor that owns a copy of the bytes.</summary>
    internal static unsafe torch.Tensor Copied(ReadOnlySpan<byte> bytes, ReadOnlySpan<long> sizes, torch.ScalarType dtype)
    {
        fixed (byte* data = bytes)
        fixed (long* first = sizes)
        {
            return torch.Tensor.Own(Native.ThrowIfNull(Native.engine_from_bytes(data, bytes.Length, first, sizes.Length, (int)dtype)));
        }
    }

    internal static torch.Tensor Copied(Array array, ReadOnlySpan<long> sizes)
    {
        var type = array.GetType().GetElementType()!;
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array));
        return Copied(bytes, sizes, Of(type));
    }
}
