namespace SparseAudio.Data;

/// <summary>Finds MusicNet's label files, a CSV file for every recording; <see cref="Notes.NoteLabels"/> reads them.</summary>
public static class MusicNetLabels
{
    private const string DataSuffix = "_data";

    /// <summary>The label file of a recording: <c>train_labels/1727.csv</c> for <c>train_data/1727.wav</c>.</summary>
    /// <param name="recording">The recording's path.</param>
    /// <exception cref="MusicNetException">The recording lies in no folder of MusicNet.</exception>
    public static string PathFor(string recording)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(recording))!;
        return folder.EndsWith(DataSuffix, StringComparison.Ordinal)
            ? Path.Combine(folder[..^DataSuffix.Length] + "_labels", Path.ChangeExtension(Path.GetFileName(recording), ".csv"))
            : throw new MusicNetException(recording, "not in MusicNet's train_data or test_data, so there are no labels for it");
    }
}
