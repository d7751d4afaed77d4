using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>Linear interpolation as a matrix.</summary>
public static class Interpolation
{
    /// <summary>
    /// The matrix that stretches rows of <paramref name="from"/> values to <paramref name="to"/>; a value stands for
    /// the middle of its cell, and the first and last value continue to the borders.
    /// </summary>
    /// <returns>(from, to): multiply with it from the right.</returns>
    public static Tensor Matrix(int from, int to, Device device)
    {
        var weights = new float[from, to];
        for (var column = 0; column < to; column++)
        {
            var position = Math.Max(0, (column + 0.5) * from / to - 0.5);
            var left = (int)position;
            var right = Math.Min(left + 1, from - 1);
            weights[left, column] += (float)(1 - (position - left));
            weights[right, column] += (float)(position - left);
        }
        return from_array(weights, CPU).IntoTorchMemory(device);
    }
}
