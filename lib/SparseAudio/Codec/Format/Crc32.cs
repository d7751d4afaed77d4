namespace SparseAudio.Codec.Format;

/// <summary>The common checksum of ZIP and PNG (polynomial 0xEDB88320), which notices every flipped bit and swapped byte.</summary>
internal static class Crc32
{
    private static readonly uint[] _table = MakeTable();

    /// <summary>Continues the checksum <paramref name="crc"/> (0 to begin) over <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (var item in bytes) crc = _table[(byte)(crc ^ item)] ^ crc >> 8;
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++) entry = (entry & 1) != 0 ? 0xEDB88320 ^ entry >> 1 : entry >> 1;
            table[i] = entry;
        }

        return table;
    }
}
