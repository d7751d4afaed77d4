using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NAudio.Wave;
using SparseAudio.Audio;
using SparseAudio.Data.Notes;
using SparseAudio.IO;

namespace SparseAudio.Data.MadeMusic;

/// <summary>What <see cref="MadeMusicFolder.Make"/> did.</summary>
/// <param name="Made">Pieces that were made.</param>
/// <param name="Kept">Pieces that were there already, intact.</param>
/// <param name="Notes">Notes of all of them.</param>
/// <param name="Seconds">Length of all of them together.</param>
public sealed record MadeMusicSummary(int Made, int Kept, long Notes, double Seconds);

/// <summary>
/// A folder of made music. Every piece is a recording (WAV, 16 bits, mono), the labels of its notes beside it
/// (<see cref="NoteLabels"/>), and the MIDI file it was played from: <c>00012.wav</c>, <c>00012.csv</c>, <c>00012.mid</c>. The file
/// <c>made-music.json</c> says from which settings.
/// </summary>
public static class MadeMusicFolder
{
    private const string SettingsName = "made-music.json";
    private const string SoundExtension = ".wav";
    private const string HashMark = "sha256 of the recording ";
    private const int BitsPerSample = 16;
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>
    /// Makes the pieces that are not there yet, several at the same time. A piece that is there is kept when its recording and its
    /// labels are as they were written. Stopped at any time, it goes on with the next call, and more hours add to the pieces there are.
    /// </summary>
    /// <param name="folder">The folder; it is made where it is not there.</param>
    /// <param name="options">What music.</param>
    /// <param name="progress">Told the share that is done, from several threads but never from two at once.</param>
    /// <param name="cancellation">Stops; what is complete stays.</param>
    /// <exception cref="MadeMusicException">
    /// A setting cannot be, the folder holds music of other settings or cannot be written to, or the synthesiser fails.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static MadeMusicSummary Make(
        string folder, MadeMusicOptions options, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.RemoveLeftovers(folder);
            CheckSettings(Path.Combine(folder, SettingsName), options);
            return MakeAll(folder, options, progress, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MadeMusicException(folder, e.Message, "check the disk and its permissions, then run the same command again", e);
        }
    }

    private static MadeMusicSummary MakeAll(string folder, MadeMusicOptions options, Action<double>? progress, CancellationToken cancellation)
    {
        var gate = new Lock();
        var (made, kept, notes) = (0, 0, 0L);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellation };
        try
        {
            // In order, so that a stopped call leaves the first pieces and not some of all.
            var indices = Partitioner.Create(Enumerable.Range(0, options.Clips), EnumerablePartitionerOptions.NoBuffering);
            Parallel.ForEach(indices, parallel, index =>
            {
                var plan = ClipPlan.Of(options, index);
                var path = Path.Combine(folder, index.ToString("D5", CultureInfo.InvariantCulture));
                var there = IsIntact(path, options, plan);
                if (!there)
                    Write(path, options, plan.Render(cancellation), index);

                lock (gate)
                {
                    (made, kept, notes) = there ? (made, kept + 1, notes) : (made + 1, kept, notes);
                    notes += plan.Notes.Count;
                    progress?.Invoke((double)(made + kept) / options.Clips);
                }
            });
        }
        catch (AggregateException e)
        {
            // Of several pieces that fail at the same time, one error is enough.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(
                e.InnerExceptions.FirstOrDefault(inner => inner is OperationCanceledException) ?? e.InnerExceptions[0]);
        }

        return new(made, kept, notes, options.Clips * options.ClipSeconds);
    }

    // A folder is of one music: what was made from other settings would be taken for intact or made again at random.
    private static void CheckSettings(string path, MadeMusicOptions options)
    {
        var settings = JsonSerializer.Serialize(
            new
            {
                options.Seed,
                Programs = options.Programs.ToString(),
                SoundFonts = options.SoundFonts.Select(Path.GetFileName),
                options.AdditiveShare,
                options.ClipSeconds,
                options.SampleRate,
            },
            _json);
        if (!File.Exists(path))
        {
            WriteFile(path, Encoding.UTF8.GetBytes(settings));
        }
        else if (File.ReadAllText(path) != settings)
        {
            throw new MadeMusicException(path, "the folder holds music of other settings", "take the settings in this file, or another folder");
        }
    }

    private static bool IsIntact(string path, MadeMusicOptions options, ClipPlan plan)
    {
        if (!File.Exists(path + SoundExtension) || !File.Exists(path + NoteLabels.Extension) || !File.Exists(path + ".mid"))
            return false;

        using var sound = File.OpenRead(path + SoundExtension);
        var hash = Convert.ToHexStringLower(SHA256.HashData(sound));
        return File.ReadAllText(path + NoteLabels.Extension) == Labels(plan.Notes, options.Seed, plan.Index, plan.Synthesiser, hash)
            && File.ReadAllBytes(path + ".mid").AsSpan().SequenceEqual(plan.Midi);
    }

    private static void Write(string path, MadeMusicOptions options, MadeClip clip, int index)
    {
        var sound = Wave(clip.Audio);
        WriteFile(path + ".mid", clip.Midi);
        WriteFile(path + SoundExtension, sound);
        var labels = Labels(clip.Notes, options.Seed, index, clip.Synthesiser, Convert.ToHexStringLower(SHA256.HashData(sound)));
        WriteFile(path + NoteLabels.Extension, Encoding.UTF8.GetBytes(labels));
    }

    private static string Labels(IReadOnlyList<NoteLabel> notes, long seed, int index, string synthesiser, string hash) =>
        NoteLabels.Text(
            notes, string.Create(CultureInfo.InvariantCulture, $"made music: seed {seed}, piece {index}, played by {synthesiser}, {HashMark}{hash}"));

    private static byte[] Wave(AudioClip clip)
    {
        var stream = new MemoryStream();
        using (var writer = new WaveFileWriter(stream, new WaveFormat(clip.SampleRate, BitsPerSample, 1)))
        {
            var samples = Array.ConvertAll(clip.Samples, x => (short)MathF.Round(x * short.MaxValue));
            writer.WriteSamples(samples, 0, samples.Length);
        }

        return stream.ToArray();
    }

    private static void WriteFile(string path, byte[] bytes)
    {
        using var file = new AtomicFile(path, overwrite: true);
        file.Stream.Write(bytes);
        file.Commit();
    }
}

/// <summary>Music cannot be made; the message says what, why and what to do.</summary>
/// <param name="subject">The file, folder or setting.</param>
/// <param name="reason">What is wrong.</param>
/// <param name="remedy">What can be done about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class MadeMusicException(string subject, string reason, string? remedy = null, Exception? cause = null)
    : Exception($"{subject}: {reason}{(remedy is null ? "" : $"; {remedy}")}", cause);
