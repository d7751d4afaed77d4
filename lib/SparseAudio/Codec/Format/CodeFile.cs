using SparseAudio.Audio;
using SparseAudio.IO;

namespace SparseAudio.Codec.Format;

/// <summary>
/// Code files (<c>.sparse</c>): written and read as a whole here, and a segment at a time, with memory that does not depend on
/// the length, by <see cref="CodeWriter"/> and <see cref="CodeReader"/>. <see cref="CodeContainer"/> describes the format.
/// </summary>
public static class CodeFile
{
    /// <summary>The extension of code files, with its dot.</summary>
    public const string Extension = ".sparse";

    /// <summary>Writes <paramref name="code"/> to a file of its own, complete or not at all.</summary>
    /// <exception cref="IOException">The file exists and <paramref name="overwrite"/> is not set, or it cannot be written.</exception>
    public static void Write(string path, SparseCode code, CodePrecision? precision = null, bool overwrite = false)
    {
        using var output = new AtomicFile(path, overwrite);
        WriteTo(output.Stream, code, precision);
        output.Commit();
    }

    /// <summary>The bytes of a code file.</summary>
    public static byte[] ToBytes(SparseCode code, CodePrecision? precision = null)
    {
        using var memory = new MemoryStream();
        WriteTo(memory, code, precision);
        return memory.ToArray();
    }

    /// <summary>Encodes a recording into a code file while reading it, with the same memory for any length; returns how many events it has.</summary>
    /// <exception cref="ArgumentException">The recording's sample rate is not the model's, or it is empty.</exception>
    /// <exception cref="AudioFileException">The recording is damaged.</exception>
    /// <exception cref="IOException">The file exists and <paramref name="overwrite"/> is not set, or it cannot be written.</exception>
    public static int EncodeToFile(
        this CodeEncoder encoder, Recording recording, string path, CodePrecision? precision = null, bool overwrite = false,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var segments = encoder.EncodeSegments(recording, progress, cancellation);
        using var writer = new CodeWriter(path, encoder.Layout, encoder.Fingerprint, precision, overwrite);
        foreach (var (context, events) in segments) writer.Add(context, events);
        writer.Commit(recording.Length);
        return writer.EventCount;
    }

    /// <summary>Reads a code file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static SparseCode Read(string path)
    {
        using var reader = new CodeReader(path);
        return reader.ToCode();
    }

    /// <summary>Reads a code from a stream to its end; <paramref name="name"/> is what errors call it.</summary>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static SparseCode Read(Stream stream, string name)
    {
        using var reader = new CodeReader(stream, name, leaveOpen: true);
        return reader.ToCode();
    }

    /// <summary>The bytes of a file whose events are told in layers.</summary>
    /// <param name="code">The code.</param>
    /// <param name="precision">How finely to keep numbers, and in which layers.</param>
    /// <param name="layers">The layers of each event, in their order.</param>
    internal static byte[] ToBytes(SparseCode code, CodePrecision precision, IReadOnlyList<EventLayers> layers)
    {
        using var memory = new MemoryStream();
        WriteTo(memory, code, precision, layers);
        return memory.ToArray();
    }

    private static void WriteTo(Stream output, SparseCode code, CodePrecision? precision, IReadOnlyList<EventLayers>? layers = null)
    {
        precision ??= new CodePrecision();
        var summary = new CodeSummary(code.Layout);
        IEnumerable<LayeredEvent> Events() =>
            code.EventsInContext().Select((item, i) => new LayeredEvent(item, layers?[i] ?? precision.UsualEventLayers));
        foreach (var (item, own) in Events()) summary.Add(item, own.Own);
        var header = summary.Header(code.Model, code.Length, code.Contexts.Length, precision);
        CodeContainer.Write(output, header, summary.SegmentsOf, code.Contexts, Events);
    }
}

/// <summary>A code file that cannot be read; the message names the file and what is wrong with it.</summary>
/// <param name="file">The file, or a word for where the bytes came from.</param>
/// <param name="reason">What is wrong, as the rest of a sentence.</param>
/// <param name="inner">What was thrown while reading.</param>
public sealed class CodeFileException(string file, string reason, Exception? inner = null)
    : Exception($"{file}: not a usable code file: {reason}.", inner);
