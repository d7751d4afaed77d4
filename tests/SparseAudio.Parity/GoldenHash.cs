using System.Text;
using SparseAudio.Data;

namespace SparseAudio.Parity;

/// <summary>
/// Numbers that any language reproduces bit for bit: FNV-1a of salt and name gives a starting state, splitmix64 of
/// state + i gives the i-th number.
/// </summary>
/// <param name="salt">Distinguishes one set of reference values from another.</param>
public sealed class GoldenHash(string salt)
{
    /// <summary>The state for a name: FNV-1a, 64 bit, over salt and name in UTF-8.</summary>
    public ulong State(string name)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var octet in Encoding.UTF8.GetBytes(salt + name)) hash = unchecked((hash ^ octet) * 0x100000001b3UL);
        return hash;
    }

    /// <summary>The i-th number of a name, -1 up to but not including 1, exact in double precision.</summary>
    public double Signed(string name, long i) => Signed(State(name), i);

    /// <summary>Fills an array with offset + scale * the numbers of a name, rounded once.</summary>
    /// <param name="name">Of what.</param>
    /// <param name="values">Receives numbers 0, 1, ….</param>
    /// <param name="map">From the number in -1…1 to the value.</param>
    public void Fill(string name, float[] values, Func<double, double> map)
    {
        var state = State(name);
        Parallel.For(0, (values.Length + Chunk - 1) / Chunk, chunk =>
        {
            var end = Math.Min(values.Length, (chunk + 1) * Chunk);
            for (var i = chunk * Chunk; i < end; i++) values[i] = (float)map(Signed(state, i));
        });
    }

    private const int Chunk = 1 << 16;

    private static double Signed(ulong state, long i) => 2 * (SplitMix64.Next(unchecked(state + (ulong)i)) >> 40) / (double)(1 << 24) - 1;
}
