namespace SparseAudio.IO.SafeTensors;

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes, outermost first; empty for a single number.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
public sealed record SafeTensorsEntry(string Name, SafeTensorsType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>The tensor's size in bytes.</summary>
    public long ByteCount => End - Begin;

    /// <summary>The size in bytes of a tensor of the given type and shape.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="bytes">The size in bytes.</param>
    /// <returns>False when a size is negative or the product leaves 64 bits.</returns>
    public static bool TryCountBytes(SafeTensorsType type, IReadOnlyList<long> shape, out long bytes)
    {
        bytes = type.Size();
        foreach (long size in shape)
        {
            if (size < 0)
            {
                return false;
            }

            Int128 product = (Int128)bytes * size;
            if (product > long.MaxValue)
            {
                return false;
            }

            bytes = (long)product;
        }

        return true;
    }
}
