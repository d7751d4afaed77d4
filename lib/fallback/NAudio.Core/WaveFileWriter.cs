using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NAudio.Wave;

/// <summary>Writes a RIFF WAVE file; disposing completes its header.</summary>
public class WaveFileWriter : Stream
{
    private const int HeaderBytes = 44;
    private readonly Stream _out;
    private readonly WaveFormat _format;
    private long _dataBytes;

    /// <summary>Creates or replaces a file.</summary>
    public WaveFileWriter(string filename, WaveFormat format)
    {
        _format = format;
        _out = new FileStream(filename, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        WriteHeader();
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => _dataBytes;

    /// <inheritdoc/>
    public override long Position
    {
        get => _dataBytes;
        set => throw new InvalidOperationException("Repositioning a WaveFileWriter is not supported");
    }

    /// <summary>Appends 16-bit samples.</summary>
    public void WriteSamples(short[] samples, int offset, int count) =>
        Write(MemoryMarshal.AsBytes(samples.AsSpan(offset, count)));

    /// <summary>Appends floating-point samples; the format must be 32-bit floating point here.</summary>
    public void WriteSamples(float[] samples, int offset, int count) =>
        Write(_format.Encoding == WaveFormatEncoding.IeeeFloat
            ? MemoryMarshal.AsBytes(samples.AsSpan(offset, count))
            : throw new NotSupportedException("The stand-in writes floats to floating-point files only."));

    /// <inheritdoc/>
    public override void Write(byte[] data, int offset, int count) => Write(data.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> data)
    {
        if (HeaderBytes + _dataBytes + data.Length > uint.MaxValue)
        {
            throw new ArgumentException("WAV file too large");
        }

        _out.Write(data);
        _dataBytes += data.Length;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("Cannot read from a WaveFileWriter");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) =>
        throw new InvalidOperationException("Cannot seek within a WaveFileWriter");

    /// <inheritdoc/>
    public override void SetLength(long value) =>
        throw new InvalidOperationException("Cannot set length of a WaveFileWriter");

    /// <inheritdoc/>
    public override void Flush() => _out.Flush();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_dataBytes % 2 != 0)
            {
                _out.WriteByte(0);
            }

            _out.Position = 0;
            WriteHeader();
            _out.Dispose();
        }

        base.Dispose(disposing);
    }

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        Encoding.ASCII.GetBytes("RIFF", header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(HeaderBytes - 8 + _dataBytes + (_dataBytes % 2)));
        Encoding.ASCII.GetBytes("WAVEfmt ", header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], (ushort)_format.Encoding);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], (short)_format.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], _format.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], _format.SampleRate * _format.FrameBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], (short)_format.FrameBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], (short)_format.BitsPerSample);
        Encoding.ASCII.GetBytes("data", header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], (uint)_dataBytes);
        _out.Write(header);
    }
}
