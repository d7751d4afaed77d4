namespace SparseAudio.IO.SafeTensors;

/// <summary>The element types of the safetensors format, in the order in which the reference implementation sorts them.</summary>
public enum SafeTensorsType
{
    /// <summary>One byte, zero or one.</summary>
    Bool,

    /// <summary>Unsigned 8 bit.</summary>
    U8,

    /// <summary>Signed 8 bit.</summary>
    I8,

    /// <summary>Signed 16 bit.</summary>
    I16,

    /// <summary>Unsigned 16 bit.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of a single precision number.</summary>
    BF16,

    /// <summary>Signed 32 bit.</summary>
    I32,

    /// <summary>Unsigned 32 bit.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>IEEE double precision.</summary>
    F64,

    /// <summary>Signed 64 bit.</summary>
    I64,

    /// <summary>Unsigned 64 bit.</summary>
    U64,
}

/// <summary>Names and sizes of the element types.</summary>
public static class SafeTensorsTypes
{
    /// <summary>The size of one element.</summary>
    /// <param name="type">The element type.</param>
    /// <returns>1, 2, 4 or 8 bytes.</returns>
    public static int Size(this SafeTensorsType type) => type switch
    {
        SafeTensorsType.Bool or SafeTensorsType.U8 or SafeTensorsType.I8 => 1,
        SafeTensorsType.I16 or SafeTensorsType.U16 or SafeTensorsType.F16 or SafeTensorsType.BF16 => 2,
        SafeTensorsType.I32 or SafeTensorsType.U32 or SafeTensorsType.F32 => 4,
        _ => 8,
    };

    /// <summary>The name that the format's header uses, such as <c>F32</c>.</summary>
    /// <param name="type">The element type.</param>
    /// <returns>The name, in upper case.</returns>
    public static string FormatName(this SafeTensorsType type) => type == SafeTensorsType.Bool ? "BOOL" : type.ToString();

    /// <summary>Finds the element type of a header's name; exact case, no numbers.</summary>
    /// <param name="name">The name, such as <c>F32</c>.</param>
    /// <param name="type">The element type, when found.</param>
    /// <returns>Whether the format, as far as this library reads it, has such a type.</returns>
    public static bool TryParse(string name, out SafeTensorsType type)
    {
        foreach (SafeTensorsType candidate in Enum.GetValues<SafeTensorsType>())
        {
            if (candidate.FormatName() == name)
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }
}
