namespace TorchSharp;

public static partial class torch
{
    public static class fft
    {
        public static Tensor rfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward)
        {
            if (!IsFast(input, dim, ScalarType.Float32))
            {
                return Operators.Call("aten::fft_rfft", input, Length(n), dim, Name(norm));
            }
            var samples = n < 0 ? input.size(-1) : n;
            return Operators.Call("sparseaudio::rfft", input, samples, norm == FFTNormType.Backward ? 1.0 : Scale(norm, samples));
        }

        public static Tensor irfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward)
        {
            if (!IsFast(input, dim, ScalarType.ComplexFloat32))
            {
                return Operators.Call("aten::fft_irfft", input, Length(n), dim, Name(norm));
            }
            var samples = n < 0 ? 2 * (input.size(-1) - 1) : n;
            return Operators.Call("sparseaudio::irfft", input, samples, norm == FFTNormType.Forward ? 1.0 : Scale(norm, samples));
        }

        // The engine's own transforms are for the common case; every other one is libtorch's.
        private static bool IsFast(Tensor input, long dim, ScalarType type)
            => input.dtype == type && input.device.type == DeviceType.CPU && (dim == -1 || dim == input.ndim - 1) && input.ndim > 0;

        private static double Scale(FFTNormType norm, long samples)
            => norm == FFTNormType.Ortho ? 1.0 / Math.Sqrt(samples) : 1.0 / samples;

        private static Argument Length(long n) => n < 0 ? default(Argument) : n;

        private static string Name(FFTNormType norm) => norm.ToString().ToLowerInvariant();
    }
}
