namespace SparseAudio.Data;

/// <summary>
/// The MusicNet collection: 330 recordings of classical music with labels for every note
/// (Thickstun, Harchaoui, Kakade 2017; Zenodo record 5120004).
/// </summary>
public static class MusicNet
{
    private const string ArchiveName = "musicnet.tar.gz";
    private const string FolderName = "musicnet";
    private const string UnpackingName = ".musicnet-unpacking";
    private static readonly string[] _parts = ["train_data", "train_labels"];

    /// <summary>
    /// Downloads and unpacks the collection; what is there already is not fetched again, and an interrupted call goes on
    /// where it was.
    /// </summary>
    /// <param name="folder">Where the folder <c>musicnet</c> is to be.</param>
    /// <param name="options">Address and checksum; null for Zenodo's.</param>
    /// <param name="cancellation">Stops; what has arrived is kept.</param>
    /// <returns>The folder <c>musicnet</c>, with train_data, train_labels, test_data and test_labels.</returns>
    /// <exception cref="MusicNetException">It cannot be had; nothing half-unpacked is left.</exception>
    public static string Fetch(string folder, MusicNetOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new MusicNetOptions();
        folder = Path.GetFullPath(folder);
        var place = Path.Combine(folder, FolderName);
        if (IsComplete(place))
            return place;

        if (Directory.Exists(place))
            throw new MusicNetException(place, $"exists, but without {string.Join(" and ", _parts)}", "remove it or choose another folder with --to");

        try
        {
            Directory.CreateDirectory(folder);
            var archive = Path.Combine(folder, ArchiveName);
            var downloaded = Download(archive, options, cancellation);
            Unpack(archive, folder, place, options, cancellation);
            // An archive that was there before is the user's.
            if (downloaded && !options.KeepArchive) File.Delete(archive);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MusicNetException(folder, e.Message, "check the disk and its permissions, then run the same command again", e);
        }

        return place;
    }

    // Whether it had to be downloaded.
    private static bool Download(string archive, MusicNetOptions options, CancellationToken cancellation)
    {
        if (File.Exists(archive))
        {
            ResumableDownload.Verify(archive, options, cancellation, downloaded: false);
            return false;
        }

        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("sparseaudio");
        new ResumableDownload(http, archive, options).RunAsync(cancellation).GetAwaiter().GetResult();
        return true;
    }

    private static void Unpack(string archive, string folder, string place, MusicNetOptions options, CancellationToken cancellation)
    {
        var unpacking = Path.Combine(folder, UnpackingName);
        RemoveFolder(unpacking);
        try
        {
            new ArchiveExtraction(archive, unpacking).Run(options.Progress, cancellation);
            var unpacked = Path.Combine(unpacking, FolderName);
            if (!IsComplete(unpacked))
            {
                throw new MusicNetException(
                    archive, $"holds no {FolderName}/{string.Join($" and {FolderName}/", _parts)}", "this is not the MusicNet archive");
            }

            Directory.Move(unpacked, place);
        }
        finally
        {
            RemoveFolder(unpacking);
        }
    }

    private static bool IsComplete(string place) => _parts.All(part => Directory.Exists(Path.Combine(place, part)));

    private static void RemoveFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}

/// <summary>MusicNet cannot be fetched, unpacked or read; the message says what, why and what to do.</summary>
/// <param name="subject">The address, file or archive entry.</param>
/// <param name="reason">What is wrong.</param>
/// <param name="remedy">What can be done about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class MusicNetException(string subject, string reason, string? remedy = null, Exception? cause = null)
    : Exception($"{subject}: {reason}{(remedy is null ? "" : $"; {remedy}")}", cause)
{
    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;
}

/// <summary>How far a long transfer is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all.</param>
/// <param name="BytesPerSecond">Speed of this run.</param>
public sealed record TransferProgress(string Stage, long Done, long Total, double BytesPerSecond)
{
    /// <summary>Share done, 0 to 1.</summary>
    public double Fraction => Total == 0 ? 1 : (double)Done / Total;

    /// <summary>Time left at this speed; null while the speed is unknown.</summary>
    public TimeSpan? Left => BytesPerSecond > 0 ? TimeSpan.FromSeconds((Total - Done) / BytesPerSecond) : null;
}

/// <summary>Where MusicNet comes from and how patient the download is.</summary>
public sealed record MusicNetOptions
{
    /// <summary>The archive on Zenodo (record 5120004).</summary>
    public const string ZenodoUrl = "https://zenodo.org/records/5120004/files/musicnet.tar.gz";

    /// <summary>The archive's MD5, as Zenodo publishes it.</summary>
    public const string ZenodoMd5 = "844764911fa0d5b97c97da944a057590";

    /// <summary>The archive's address; a mirror's, if it has the same file.</summary>
    public Uri Url { get; init; } = new(ZenodoUrl);

    /// <summary>The archive's MD5 in hex; null if it is not to be checked.</summary>
    public string? Md5 { get; init; } = ZenodoMd5;

    /// <summary>The archive's length; null if whatever the server says is right.</summary>
    public long? Bytes { get; init; } = 11_097_394_998;

    /// <summary>Whether the archive stays beside the unpacked recordings.</summary>
    public bool KeepArchive { get; init; }

    /// <summary>Told how far it is, a few times a second.</summary>
    public Action<TransferProgress>? Progress { get; init; }

    /// <summary>Attempts in a row that may bring (almost) nothing.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>Pause after the first failed attempt; it doubles with every further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may say nothing before the connection counts as lost.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Free bytes on the disk of a folder.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;
}

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
