using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Data;

/// <summary>
/// The file that remembers what a folder's recordings are like, so that only new and changed ones are read when the folder
/// is opened again. Losing it costs time, nothing else.
/// </summary>
internal sealed record RecordingIndex(int Version, int SampleRate, IReadOnlyList<RecordingEntry> Files)
{
    private const int CurrentVersion = 1;
    private const string FileName = "index.json";
    private const string FolderName = ".sparseaudio";
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    /// <summary>
    /// Where the index and decoded copies of a folder are kept: in the folder itself or, if that cannot be written, with the user's caches.
    /// </summary>
    public static string CacheFolder(string folder)
    {
        var inside = Path.Combine(folder, FolderName);
        try
        {
            Directory.CreateDirectory(inside);
            using (new FileStream(Path.Combine(inside, $".writable-{Guid.NewGuid():N}"), FileMode.Create, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose))
            {
                return inside;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
                System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..16];
            var outside = Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "sparseaudio",
                name);
            return Directory.CreateDirectory(outside).FullName;
        }
    }

    /// <summary>The entries of an earlier visit; none if there was none, or the file is not what this version writes.</summary>
    public static IReadOnlyDictionary<string, RecordingEntry> Load(string cacheFolder, int sampleRate)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(cacheFolder, FileName));
            var index = JsonSerializer.Deserialize<RecordingIndex>(file, _json);
            if (index is { Version: CurrentVersion, Files: not null } && index.SampleRate == sampleRate)
                return index.Files.Where(entry => entry?.Path is not null).DistinctBy(entry => entry.Path).ToDictionary(entry => entry.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Missing or damaged: everything is read again.
        }

        return new Dictionary<string, RecordingEntry>();
    }

    /// <summary>Replaces the index in one go; several openings of the same folder may do so at once.</summary>
    public static void Save(string cacheFolder, int sampleRate, IReadOnlyList<RecordingEntry> files)
    {
        var path = Path.Combine(cacheFolder, FileName);
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = File.Create(temporary))
            {
                JsonSerializer.Serialize(file, new RecordingIndex(CurrentVersion, sampleRate, files), _json);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException)
        {
            // A full disk costs the next opening time, this one nothing.
            File.Delete(temporary);
        }
    }
}

/// <summary>What the index knows of one file of a folder.</summary>
/// <param name="Path">Its name relative to the folder, with forward slashes.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Modified">When it was last written, in UTC.</param>
/// <param name="Sha256">Checksum of the whole file, in hex; null if it could not be read.</param>
/// <param name="Format">WAV, FLAC, Ogg or MP3; null if it is none.</param>
/// <param name="SourceRate">Frames a second in the file.</param>
/// <param name="Channels">Channels in the file.</param>
/// <param name="Samples">Mono samples at the source's sample rate that can be used.</param>
/// <param name="Warning">What is odd about a file that is used all the same.</param>
/// <param name="Problem">Why the file cannot be used; null if it can.</param>
public sealed record RecordingEntry(
    string Path,
    long Bytes,
    DateTime Modified,
    string? Sha256,
    string? Format,
    int SourceRate,
    int Channels,
    long Samples,
    string? Warning,
    string? Problem)
{
    /// <summary>Whether segments of this file come from a decoded copy, as the format allows no exact seeking.</summary>
    [JsonIgnore]
    internal bool NeedsCopy => Problem is null && Format is Audio.AudioKind.Ogg or Audio.AudioKind.Mp3;
}
