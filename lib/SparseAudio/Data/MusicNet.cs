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
        {
            return place;
        }

        if (Directory.Exists(place))
        {
            throw new MusicNetException(place, $"exists, but without {string.Join(" and ", _parts)}", "remove it or choose another folder with --to");
        }

        try
        {
            Directory.CreateDirectory(folder);
            var archive = Path.Combine(folder, ArchiveName);
            Download(archive, options, cancellation);
            Unpack(archive, folder, place, options, cancellation);
            if (!options.KeepArchive)
            {
                File.Delete(archive);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MusicNetException(folder, e.Message, "check the disk and its permissions, then run the same command again", e);
        }

        return place;
    }

    private static void Download(string archive, MusicNetOptions options, CancellationToken cancellation)
    {
        if (File.Exists(archive))
        {
            ResumableDownload.Verify(archive, options, cancellation);
            return;
        }

        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("sparseaudio");
        new ResumableDownload(http, archive, options).RunAsync(cancellation).GetAwaiter().GetResult();
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
                throw new MusicNetException(archive, $"holds no {FolderName}/{string.Join($" and {FolderName}/", _parts)}", "this is not the MusicNet archive");
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
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
