using System.Security.Cryptography;
using NAudio.Wave;
using SparseAudio.Audio;

namespace SparseAudio.Data;

/// <summary>Reads a file once to learn what the index has to know of it.</summary>
internal sealed class AudioFileProbe(string folder, string cacheFolder, int sampleRate)
{
    private const int BlockSamples = 1 << 16;

    /// <summary>The place of the file whose samples are read for training: the file itself, or its decoded copy.</summary>
    public string ReadablePath(RecordingEntry entry) =>
        entry.NeedsCopy ? Path.Combine(cacheFolder, $"{entry.Sha256}-{sampleRate}.wav") : Path.Combine(folder, entry.Path);

    /// <summary>Whether an earlier entry still describes the file.</summary>
    public bool StillTrue(RecordingEntry entry)
    {
        var info = new FileInfo(Path.Combine(folder, entry.Path));
        return info.Exists && info.Length == entry.Bytes && info.LastWriteTimeUtc == entry.Modified
            && (!entry.NeedsCopy || File.Exists(ReadablePath(entry)));
    }

    /// <summary>Examines a file; what is wrong with it becomes <see cref="RecordingEntry.Problem"/>.</summary>
    public RecordingEntry Examine(string name, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        var info = new FileInfo(path);
        var entry = new RecordingEntry(
            name, info.Exists ? info.Length : 0, info.Exists ? info.LastWriteTimeUtc : default, null, null, 0, 0, 0, null, null);
        try
        {
            using var recording = Recording.Open(path, sampleRate);
            entry = entry with
            {
                Sha256 = Checksum(path),
                Format = recording.Format,
                SourceRate = recording.SourceRate,
                Channels = recording.SourceChannels,
                Samples = recording.Length,
                Warning = recording.Warnings.Count == 0 ? null : string.Join("; ", recording.Warnings),
            };
            return entry.NeedsCopy ? WithCopy(entry, recording, cancellation)
                : recording.IsFloat ? CheckAllSamples(entry, path, cancellation)
                : entry;
        }
        catch (AudioFileException e)
        {
            var place = e.Offset is { } at ? $"byte {at}: " : "";
            return entry with { Samples = 0, Problem = place + e.Reason };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return entry with { Samples = 0, Problem = e.Message };
        }
    }

    private static string Checksum(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static RecordingEntry CheckAllSamples(RecordingEntry entry, string path, CancellationToken cancellation)
    {
        using var recording = Recording.Open(path, entry.SourceRate);
        ForEachBlock(recording, cancellation, _ => { });
        return entry;
    }

    private RecordingEntry WithCopy(RecordingEntry entry, Recording recording, CancellationToken cancellation)
    {
        var path = ReadablePath(entry);
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        var (samples, damage) = (0L, (string?)null);
        try
        {
            using (var writer = new WaveFileWriter(temporary, WaveFormat.CreateIeeeFloatWaveFormat(sampleRate, 1)))
            {
                try
                {
                    ForEachBlock(recording, cancellation, block =>
                    {
                        writer.WriteSamples(block, 0, block.Length);
                        samples += block.Length;
                    });
                }
                catch (AudioFileException e) when (samples > 0)
                {
                    damage = $"{e.Reason}: {samples} of {recording.Length} samples are used";
                }
            }

            File.Move(temporary, path, overwrite: true);
            return entry with { Samples = samples, Warning = damage ?? entry.Warning };
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void ForEachBlock(Recording recording, CancellationToken cancellation, Action<float[]> use)
    {
        var block = new float[BlockSamples];
        for (var start = 0L; start < recording.Length; start += block.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            if (recording.Length - start < block.Length)
                block = new float[recording.Length - start];

            recording.Read(start, block);
            use(block);
        }
    }
}
