using System.Buffers.Binary;
using System.Text;

namespace SparseAudio.Tests.Audio;

/// <summary>WAV files made byte by byte, right or wrong as a test needs them.</summary>
internal sealed record WavBytes
{
    public int Tag { get; init; } = 1;

    public int Channels { get; init; } = 1;

    public int Rate { get; init; } = 22050;

    public int Bits { get; init; } = 16;

    /// <summary>Bytes of a sample as the header says; null: as many as the bits need.</summary>
    public int? SampleBytes { get; init; }

    public byte[] Data { get; init; } = [];

    /// <summary>The data chunk's size field; null: the truth.</summary>
    public uint? ClaimedDataSize { get; init; }

    public bool Extensible { get; init; }

    /// <summary>Whole chunks between fmt and data.</summary>
    public byte[] Between { get; init; } = [];

    /// <summary>The byte at which the samples begin.</summary>
    public int DataOffset => 12 + 8 + (Extensible ? 40 : 16) + Between.Length + 8;

    /// <summary>Samples of ±1 as the given integer storage, one tone below full scale.</summary>
    public static byte[] Tone(int bits, int count, double frequency = 440, int rate = 22050) =>
        [.. Enumerable.Range(0, count).SelectMany(i => Sample(bits, 0.5 * Math.Sin(2 * Math.PI * frequency * i / rate)))];

    /// <summary>One sample, little-endian; 32 and 64 bits negative mean floating point.</summary>
    public static byte[] Sample(int bits, double value) => bits switch
    {
        8 => [(byte)(128 + Math.Round(value * 127))],
        -32 => BitConverter.GetBytes((float)value),
        -64 => BitConverter.GetBytes(value),
        _ => BitConverter.GetBytes((int)Math.Round(value * Math.Pow(2, 31)))[(4 - (bits / 8))..],
    };

    public static byte[] Chunk(string id, byte[] body, bool pad = true) =>
        [.. Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(body.Length), .. body, .. pad && body.Length % 2 == 1 ? new byte[1] : []];

    public byte[] Build()
    {
        var sampleBytes = SampleBytes ?? (Bits + 7) / 8;
        var fmt = new byte[Extensible ? 40 : 16];
        BinaryPrimitives.WriteUInt16LittleEndian(fmt, (ushort)(Extensible ? 0xFFFE : Tag));
        BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(2), (ushort)Channels);
        BinaryPrimitives.WriteUInt32LittleEndian(fmt.AsSpan(4), (uint)Rate);
        BinaryPrimitives.WriteUInt32LittleEndian(fmt.AsSpan(8), (uint)(Rate * Channels * sampleBytes));
        BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(12), (ushort)(Channels * sampleBytes));
        BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(14), (ushort)Bits);
        if (Extensible)
        {
            byte[] subFormat = [(byte)Tag, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
            BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(16), 22);
            BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(18), (ushort)Bits);
            subFormat.CopyTo(fmt, 24);
        }

        byte[] data = [.. "data"u8, .. BitConverter.GetBytes(ClaimedDataSize ?? (uint)Data.Length), .. Data];
        byte[] body = [.. "WAVE"u8, .. Chunk("fmt ", fmt), .. Between, .. data];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }
}
