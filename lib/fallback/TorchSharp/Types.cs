using TorchSharp.Utils;

namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    META = 14,
}

public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
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
        trunc,
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
        ComplexFloat64 = 10,
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

        public Device(string description)
        {
            var parts = description.Split(':');
            type = parts[0].ToUpperInvariant() switch
            {
                "CPU" => DeviceType.CPU,
                "CUDA" => DeviceType.CUDA,
                "META" => DeviceType.META,
                _ => throw new ArgumentException($"'{description}' is not a device; use cpu, cuda or cuda:N."),
            };
            index = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : -1;
        }

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : $"{name}:{index}";
        }
    }

    public class Generator : IDisposable
    {
        public IntPtr Handle { get; private set; }

        public static Generator Default { get; } = new(Native.engine_default_generator());

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

        public Generator manual_seed(long seed)
        {
            Native.engine_seed_generator(Handle, unchecked((ulong)seed));
            return this;
        }

        public long initial_seed() => unchecked((long)Native.engine_generator_seed(Handle));

        public Tensor get_state() => Tensor.Own(Native.ThrowIfNull(Native.engine_generator_state(Handle)));

        public void set_state(Tensor value) => Native.ThrowIfFailed(Native.engine_set_generator_state(Handle, value.Handle));

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

    public static implicit operator Scalar(byte value) => new(Argument.OfInteger(value));
    public static implicit operator Scalar(int value) => new(Argument.OfInteger(value));
    public static implicit operator Scalar(long value) => new(Argument.OfInteger(value));
    public static implicit operator Scalar(float value) => new(Argument.OfReal(value));
    public static implicit operator Scalar(double value) => new(Argument.OfReal(value));
    public static implicit operator Scalar(bool value) => new(Argument.OfBoolean(value));

    public void Dispose() => GC.SuppressFinalize(this);
}

public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.item<float>();

    public static double ToDouble(this torch.Tensor value) => value.item<double>();

    public static int ToInt32(this torch.Tensor value) => value.item<int>();

    public static long ToInt64(this torch.Tensor value) => value.item<long>();

    public static bool ToBoolean(this torch.Tensor value) => value.item<bool>();
}
