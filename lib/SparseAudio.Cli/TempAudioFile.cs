using System.Runtime.InteropServices;
using SparseAudio.IO;

namespace SparseAudio.Cli;

/// <summary>
/// A sound of any length in a temporary file, so that its peak is known before it is written elsewhere. The file is deleted when
/// this is disposed.
/// </summary>
internal sealed class TempAudioFile : IDisposable
{
    private const int BlockSamples = 1 << 15;
    private readonly TemporaryFolder _folder = new();
    private readonly FileStream _file;

    /// <summary>Writes all blocks.</summary>
    public TempAudioFile(IEnumerable<float[]> blocks)
    {
        try
        {
            _file = new FileStream(_folder.File("sound"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
            foreach (var block in blocks)
            {
                foreach (var sample in block) Peak = Math.Max(Peak, Math.Abs(sample));
                _file.Write(MemoryMarshal.AsBytes(block.AsSpan()));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The largest magnitude of a sample.</summary>
    public float Peak { get; }

    /// <summary>Reads the sound scaled to another peak; silence stays silent.</summary>
    public IEnumerable<float[]> Read(float peak)
    {
        var factor = Peak > 0 ? peak / Peak : 1;
        var block = new float[BlockSamples];
        _file.Position = 0;
        while (_file.ReadAtLeast(MemoryMarshal.AsBytes(block.AsSpan()), BlockSamples * sizeof(float), throwOnEndOfStream: false) is var bytes and > 0)
            yield return Array.ConvertAll(block[..(bytes / sizeof(float))], x => x * factor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A full disk is told by the write that met it, not again by the flush.
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // The file goes with its folder.
        }

        _folder.Dispose();
    }
}
