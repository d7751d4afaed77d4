using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// One step of Adam in one pass over memory, for what lies in the CPU's memory as single precision: a chain of torch
/// operators would pass over it six times. Element by element, so the result does not depend on the threads.
/// </summary>
/// <param name="Beta1">Memory of gradients.</param>
/// <param name="Beta2">Memory of squared gradients.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="RootScale">What the root is divided by.</param>
/// <param name="Rate">What the quotient is multiplied by; negative.</param>
internal readonly record struct AdamKernel(double Beta1, double Beta2, double Epsilon, double RootScale, double Rate)
{
    private const int ChunkElements = 1 << 16;

    /// <summary>Whether a tensor is of the kind that this is for.</summary>
    public static bool Fits(Tensor tensor) =>
        tensor.dtype == ScalarType.Float32 && tensor.device.type == TorchSharp.DeviceType.CPU && tensor.is_contiguous();

    /// <summary>Moves a parameter and its moments.</summary>
    /// <param name="parameter">Any shape; fits.</param>
    /// <param name="first">Of the same shape; null when <see cref="Beta1"/> is 0.</param>
    /// <param name="second">Of the same shape.</param>
    /// <param name="gradient">Of the same shape.</param>
    public unsafe void Run(Tensor parameter, Tensor? first, Tensor second, Tensor gradient)
    {
        AdamKernel kernel = this;
        fixed (byte* p = parameter.bytes, m = first is null ? default : first.bytes, v = second.bytes, g = gradient.bytes)
        {
            var (parameters, firsts, seconds, gradients) = ((nint)p, (nint)m, (nint)v, (nint)g);
            int count = (int)parameter.numel();
            Parallel.For(0, (count + ChunkElements - 1) / ChunkElements, chunk =>
            {
                int start = chunk * ChunkElements;
                int length = Math.Min(ChunkElements, count - start);
                Span<float> At(nint memory) => memory == 0 ? default : new Span<float>((float*)memory + start, length);
                kernel.Move(At(parameters), At(firsts), At(seconds), At(gradients));
            });
        }
    }

    private void Move(Span<float> parameter, Span<float> first, Span<float> second, ReadOnlySpan<float> gradient)
    {
        Span<Vector<float>> parameters = MemoryMarshal.Cast<float, Vector<float>>(parameter);
        Span<Vector<float>> firsts = MemoryMarshal.Cast<float, Vector<float>>(first);
        Span<Vector<float>> seconds = MemoryMarshal.Cast<float, Vector<float>>(second);
        ReadOnlySpan<Vector<float>> gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var (beta1, beta2, gain1, gain2) = ((float)Beta1, (float)Beta2, (float)(1 - Beta1), (float)(1 - Beta2));
        var (epsilon, scale, rate) = (new Vector<float>((float)Epsilon), new Vector<float>((float)RootScale), (float)Rate);
        for (int i = 0; i < gradients.Length; i++)
        {
            Vector<float> g = gradients[i];
            Vector<float> m = g;
            if (!firsts.IsEmpty)
            {
                m = firsts[i] = (firsts[i] * beta1) + (g * gain1);
            }

            Vector<float> v = seconds[i] = (seconds[i] * beta2) + (g * gain2 * g);
            parameters[i] += m * rate / ((Vector.SquareRoot(v) / scale) + epsilon);
        }

        for (int i = gradients.Length * Vector<float>.Count; i < gradient.Length; i++)
        {
            float g = gradient[i];
            float m = g;
            if (!first.IsEmpty)
            {
                m = first[i] = (first[i] * beta1) + (g * gain1);
            }

            float v = second[i] = (second[i] * beta2) + (g * gain2 * g);
            parameter[i] += m * rate / ((MathF.Sqrt(v) / (float)RootScale) + (float)Epsilon);
        }
    }
}
