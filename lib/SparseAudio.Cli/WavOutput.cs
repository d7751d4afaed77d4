using NAudio.Wave;
using SparseAudio.IO;

namespace SparseAudio.Cli;

/// <summary>16-bit mono WAV, written block by block: to a file that appears when complete, or to stdout for <c>-</c>.</summary>
internal static class WavOutput
{
    /// <summary>The extension of sound files that this writes.</summary>
    public const string Extension = ".wav";

    /// <summary>Writes all blocks; returns how many samples were beyond full scale and clipped.</summary>
    public static long Write(string path, int sampleRate, IEnumerable<float[]> blocks, bool force) => Pipes.Write(path, name =>
    {
        using var file = new AtomicFile(name, force);
        var clipped = 0L;
        using (var writer = new WaveFileWriter(file.Stream, new WaveFormat(sampleRate, 16, 1)))
        {
            foreach (var block in blocks)
            {
                clipped += block.Count(x => Math.Abs(x) > 1);
                var samples = Array.ConvertAll(block, x => (short)Math.Clamp(MathF.Round(x * 32768), short.MinValue, short.MaxValue));
                writer.WriteSamples(samples, 0, samples.Length);
            }
        }

        file.Commit();
        return clipped;
    });
}
