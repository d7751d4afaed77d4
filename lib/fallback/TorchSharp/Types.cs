using TorchSharp.Utils;

namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}

public enum PaddingModes
{
    Constant = 4,
}

public enum FFTNormType
{
    Backward,
    Forward,
    Ortho,
}

public static partial class torch
{
    public enum RoundingMode
    {
        None,
        floor,
    }

    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        ComplexFloat32 = 9,
        Bool = 11,
        BFloat16 = 15,
    }

    public class Device
    {
        public DeviceType type { get; }

        public int index { get; }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : $"{name}:{index}";
        }
    }

    public class Generator : IDisposable
    {
        internal IntPtr Handle { get; private set; }

        internal static Generator Default { get; } = new(Native.engine_default_generator());

        public Generator(ulong seed = 0, Device? device = null)
            : this(Native.engine_generator(seed))
        {
            if (device is not null && device.type != DeviceType.CPU)
            {
                Dispose();
                throw new NotSupportedException($"This engine has no generator for the device {device}.");
            }
        }

        private Generator(IntPtr handle) => Handle = handle;

        ~Generator() => Dispose(false);

        internal Generator manual_seed(long seed)
        {
            Native.engine_seed_generator(Handle, unchecked((ulong)seed));
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (Handle != 0)
            {
                Native.engine_free_generator(Handle);
                Handle = 0;
            }
        }
    }
}

public class Scalar : IDisposable
{
    internal Argument Argument { get; }

    private Scalar(Argument argument) => Argument = argument;
    public static implicit operator Scalar(int value) => new(Argument.OfInteger(value));
    public static implicit operator Scalar(long value) => new(Argument.OfInteger(value));
    public static implicit operator Scalar(float value) => new(Argument.OfReal(value));
    public static implicit operator Scalar(double value) => new(Argument.OfReal(value));

    public void Dispose() => GC.SuppressFinalize(this);
}
