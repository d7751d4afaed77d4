using System.Runtime.InteropServices;

namespace SparseAudio.Cli;

/// <summary>A sound of any length whose peak must be known before it can be written: kept in a temporary file meanwhile.</summary>
internal sealed class TempAudioFile : IDisposable
{
    private const int BlockSamples = 1 << 15;
    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), $"sparseaudio-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    /// <summary>Takes all blocks.</summary>
    public TempAudioFile(IEnumerable<float[]> blocks)
    {
        foreach (var block in blocks)
        {
            foreach (var sample in block) Peak = Math.Max(Peak, Math.Abs(sample));
            _file.Write(MemoryMarshal.AsBytes(block.AsSpan()));
        }
    }

    /// <summary>The largest sample, without its sign.</summary>
    public float Peak { get; }

    /// <summary>The sound with another peak; silence stays silent.</summary>
    public IEnumerable<float[]> Blocks(float peak)
    {
        var factor = Peak > 0 ? peak / Peak : 1;
        var block = new float[BlockSamples];
        _file.Position = 0;
        while (_file.ReadAtLeast(MemoryMarshal.AsBytes(block.AsSpan()), BlockSamples * sizeof(float), throwOnEndOfStream: false) is var bytes and > 0)
        {
            yield return Array.ConvertAll(block[..(bytes / sizeof(float))], x => x * factor);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
