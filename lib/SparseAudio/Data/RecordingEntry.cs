using System.Text.Json.Serialization;

namespace SparseAudio.Data;

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
