namespace SparseAudio.Data;

/// <summary>One line about a folder of recordings.</summary>
internal static class SegmentSummary
{
    private const int MaxNames = 20;

    public static string Of(IReadOnlyList<RecordingEntry> files, IReadOnlyList<SkippedFile> skipped, double seconds)
    {
        var warned = files.Where(file => file.Warning is not null).Select(file => new SkippedFile(file.Path, file.Warning!)).ToList();
        var parts = new List<string> { $"{files.Count} {(files.Count == 1 ? "recording" : "recordings")}, {TimeSpan.FromSeconds(Math.Round(seconds)):c}" };
        if (warned.Count > 0)
        {
            parts.Add($"{warned.Count} used in part: {Names(warned)}");
        }

        if (skipped.Count > 0)
        {
            parts.Add($"{skipped.Count} skipped: {Names(skipped)}");
        }

        return string.Join("; ", parts);
    }

    public static string Names(IReadOnlyList<SkippedFile> files) =>
        string.Join(", ", files.Take(MaxNames).Select(file => $"{file.Path} ({file.Reason})"))
        + (files.Count > MaxNames ? $" and {files.Count - MaxNames} more" : "");
}
