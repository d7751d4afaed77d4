using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Text;
using SparseAudio.Audio;

namespace SparseAudio.Data;

/// <summary>
/// A folder of recordings as an endless supply of training segments. A segment is a function of the recordings and
/// (seed, step, item) alone, and is read from disk when it is asked for. Usable from several threads.
/// </summary>
public sealed class SegmentDataset : IDisposable
{
    // So many silent or damaged choices in a row mean that there is hardly anything else.
    private const int MaxAttempts = 64;
    private const float SilencePeak = 1e-4f;

    private readonly string _folder;
    private readonly SegmentOptions _options;
    private readonly AudioFileProbe _scan;
    private readonly RecordingPool _pool;
    private readonly long[] _ends;
    private readonly ConcurrentDictionary<string, string> _failures = new();

    private SegmentDataset(
        string folder, int segmentSamples, SegmentOptions options, AudioFileProbe scan, IReadOnlyList<RecordingEntry> files,
        IReadOnlyList<SkippedFile> skipped)
    {
        _folder = folder;
        _options = options;
        _scan = scan;
        _pool = new RecordingPool(options.SampleRate);
        SegmentSamples = segmentSamples;
        Files = files;
        Skipped = skipped;
        _ends = new long[files.Count];
        var total = 0L;
        for (var i = 0; i < _ends.Length; i++)
            _ends[i] = total += files[i].Samples - segmentSamples + 1;
    }

    /// <summary>Samples of a segment.</summary>
    public int SegmentSamples { get; }

    /// <summary>The recordings that segments come from, in a fixed order.</summary>
    public IReadOnlyList<RecordingEntry> Files { get; }

    /// <summary>What else was found and is not used.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>Files that could not be read although they could when the folder was opened, and why.</summary>
    public IReadOnlyDictionary<string, string> Failures => _failures;

    /// <summary>Everything together, in seconds.</summary>
    public double DurationSeconds => Files.Sum(file => (double)file.Samples) / _options.SampleRate;

    /// <summary>One line: how much there is, and what was skipped, with reasons.</summary>
    public string Summary => SegmentSummary.Of(Files, Skipped, DurationSeconds);

    /// <summary>
    /// Finds the recordings (WAV, FLAC, Ogg, MP3) in a folder and the folders in it. What was found is kept in a folder
    /// <c>.sparseaudio</c> there, with decoded copies of Ogg and MP3 files, so that the next opening is quick.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="segmentSamples">Samples of a segment; recordings shorter than that are skipped.</param>
    /// <param name="options">Sample rate and tolerance; null for the defaults.</param>
    /// <exception cref="AudioFileException">There is no such folder, nothing usable in it, or too much of it is damaged.</exception>
    public static SegmentDataset Open(string folder, int segmentSamples = 32768, SegmentOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(segmentSamples);
        options ??= new SegmentOptions();
        var (names, unusable) = AudioFileFinder.Search(folder);
        var cacheFolder = RecordingIndex.CacheFolder(folder);
        var scan = new AudioFileProbe(folder, cacheFolder, options.SampleRate);
        var entries = Examine(names, scan, cacheFolder, options);
        var skipped = unusable
            .Concat(entries.Where(entry => entry.Problem is not null).Select(entry => new SkippedFile(entry.Path, entry.Problem!)))
            .ToList();
        StopIfTooDamaged(folder, names.Count + unusable.Count, skipped, options.MaxDamagedShare);
        var minimum = (double)segmentSamples / options.SampleRate;
        skipped.AddRange(entries
            .Where(entry => entry.Problem is null && entry.Samples < segmentSamples)
            .Select(entry => new SkippedFile(
                entry.Path, $"{(double)entry.Samples / options.SampleRate:F2} s, shorter than a segment of {minimum:F2} s", Damaged: false)));
        var files = entries.Where(entry => entry.Problem is null && entry.Samples >= segmentSamples).ToList();
        if (files.Count == 0)
        {
            throw new AudioFileException(
                folder,
                skipped.Count == 0
                    ? "no recordings (.wav, .flac, .ogg, .mp3) in this folder"
                    : $"no usable recording: {skipped.Count} skipped, such as {skipped[0].Path} ({skipped[0].Reason})",
                remedy: $"put recordings of at least {minimum:F2} s there");
        }

        return new SegmentDataset(folder, segmentSamples, options, scan, files, skipped);
    }

    /// <summary>
    /// A segment. Choices that turn out silent or unreadable are replaced by further ones, just as reproducibly; a file
    /// that became unreadable is reported once.
    /// </summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Training step.</param>
    /// <param name="item">Place in the step's batch.</param>
    /// <param name="buffer">An array of <see cref="SegmentSamples"/> to fill; null: a new one.</param>
    /// <exception cref="AudioFileException">None of the choices could be read.</exception>
    public Segment Next(long seed, long step, int item, float[]? buffer = null)
    {
        var samples = buffer ?? new float[SegmentSamples];
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, SegmentSamples, nameof(buffer));
        AudioFileException? failure = null;
        Segment? silent = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (file, start) = Choose(SplitMix64.Hash(seed, step, item, attempt));
            try
            {
                _pool.Read(_scan.ReadablePath(file), start, samples);
                var segment = new Segment(samples, file.Path, start);
                if (samples.AsSpan().ContainsAnyExceptInRange(-SilencePeak, SilencePeak))
                {
                    if (_options.Normalize) AudioClip.Normalize(samples);
                    return segment;
                }

                silent = segment with { Samples = (float[])samples.Clone() };
            }
            catch (AudioFileException e)
            {
                failure = e;
                Report(file, e);
            }
        }

        return silent ?? throw new AudioFileException(
            _folder, $"{MaxAttempts} segments in a row could not be read, lastly '{failure!.Path}': {failure.Reason}",
            remedy: "open the folder again", cause: failure);
    }

    /// <summary>
    /// Holds out a share of the recordings, each of them whole, for validation. The name of a recording decides on which side it is, so it
    /// stays there when others come or go.
    /// </summary>
    /// <param name="share">The share of the recordings, 0 to below 1.</param>
    /// <returns>The recordings that remain, at least one, and those held out: at least one of two or more, null where the share is 0.</returns>
    public (SegmentDataset Remaining, SegmentDataset? HeldOut) HoldOut(double share)
    {
        if (share <= 0 || Files.Count < 2) return (Only(Files), null);
        var ranked = Files.OrderBy(Rank).ToList();
        var held = Math.Clamp(ranked.Count(file => Rank(file) < share), 1, Files.Count - 1);
        var chosen = ranked.Take(held).ToHashSet();
        return (Only([.. Files.Where(file => !chosen.Contains(file))]), Only([.. Files.Where(chosen.Contains)]));

        static double Rank(RecordingEntry file) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(file.Path)) * Math.Pow(2, -64);
        SegmentDataset Only(IReadOnlyList<RecordingEntry> files) => new(_folder, SegmentSamples, _options, _scan, files, Skipped);
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    private static RecordingEntry[] Examine(IReadOnlyList<string> names, AudioFileProbe scan, string cacheFolder, SegmentOptions options)
    {
        var known = RecordingIndex.Load(cacheFolder, options.SampleRate);
        var entries = new RecordingEntry[names.Count];
        var (done, changed) = (0, known.Count != names.Count);
        var parallel = new ParallelOptions { CancellationToken = options.Cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.For(0, names.Count, parallel, i =>
            {
                if (known.TryGetValue(names[i], out var entry) && scan.StillTrue(entry))
                {
                    entries[i] = entry;
                }
                else
                {
                    entries[i] = scan.Examine(names[i], options.Cancellation);
                    changed = true;
                }

                lock (entries)
                    options.Progress?.Invoke((double)++done / names.Count, names[i]);
            });
        }
        finally
        {
            // What was examined before a cancellation need not be examined again.
            if (changed)
                RecordingIndex.Save(cacheFolder, options.SampleRate, [.. entries.Where(entry => entry is not null)]);
        }

        return entries;
    }

    private static void StopIfTooDamaged(string folder, int found, List<SkippedFile> damaged, double maxShare)
    {
        if (found > 0 && damaged.Count > maxShare * found)
        {
            throw new AudioFileException(
                folder,
                $"{damaged.Count} of {found} recordings cannot be used, more than {maxShare:P0}: {SegmentSummary.Names(damaged)}",
                remedy: $"repair or remove them, or raise {nameof(SegmentOptions.MaxDamagedShare)}");
        }
    }

    private (RecordingEntry File, long Start) Choose(ulong hash)
    {
        // Every possible segment of the collection is equally likely, so long recordings are chosen more often.
        var place = (long)Math.BigMul(hash, (ulong)_ends[^1], out _);
        var index = Array.BinarySearch(_ends, place + 1);
        index = index < 0 ? ~index : index;
        return (Files[index], place - (index == 0 ? 0 : _ends[index - 1]));
    }

    private void Report(RecordingEntry file, AudioFileException error)
    {
        if (_failures.TryAdd(file.Path, error.Reason))
            _options.Warn?.Invoke($"{error.Message}; other segments are used instead");
    }
}

/// <summary>A piece of a recording to train on.</summary>
/// <param name="Samples">Mono samples.</param>
/// <param name="Path">The recording, relative to its folder.</param>
/// <param name="Start">Its first sample in the recording.</param>
public sealed record Segment(float[] Samples, string Path, long Start);

/// <summary>How a folder of recordings is cut into segments.</summary>
public sealed record SegmentOptions
{
    /// <summary>Samples a second of the segments; recordings at other rates are converted.</summary>
    public int SampleRate { get; init; } = Audio.Recording.DefaultSampleRate;

    /// <summary>Whether every segment is divided by the magnitude of its highest sample, as the published model's data were.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>The share of a folder's recordings that may be damaged before opening it fails.</summary>
    public double MaxDamagedShare { get; init; } = 0.25;

    /// <summary>Told how much of the folder has been examined (0 to 1), and which file is next.</summary>
    public Action<double, string>? Progress { get; init; }

    /// <summary>Told once per file, in one line, what went wrong with it after the folder was opened.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Stops the examination of a large folder.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>One line about a folder of recordings.</summary>
internal static class SegmentSummary
{
    private const int MaxNames = 20;

    public static string Of(IReadOnlyList<RecordingEntry> files, IReadOnlyList<SkippedFile> skipped, double seconds)
    {
        var warned = files.Where(file => file.Warning is not null).Select(file => new SkippedFile(file.Path, file.Warning!)).ToList();
        var recordings = files.Count == 1 ? "recording" : "recordings";
        var parts = new List<string> { $"{files.Count} {recordings}, {TimeSpan.FromSeconds(Math.Round(seconds)):c}" };
        if (warned.Count > 0)
            parts.Add($"{warned.Count} used in part: {Names(warned)}");

        if (skipped.Count > 0)
            parts.Add($"{skipped.Count} skipped: {Names(skipped)}");

        return string.Join("; ", parts);
    }

    public static string Names(IReadOnlyList<SkippedFile> files) =>
        string.Join(", ", files.Take(MaxNames).Select(file => $"{file.Path} ({file.Reason})"))
        + (files.Count > MaxNames ? $" and {files.Count - MaxNames} more" : "");
}
