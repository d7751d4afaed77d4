using SparseAudio.Audio;
using SparseAudio.Codec.Analysis;
using SparseAudio.IO;
using SparseAudio.Models.Published;

namespace SparseAudio.Codec.Format;

/// <summary>
/// Code files (<c>.sparse</c>) of codes that are in memory as a whole. For recordings of any length there are
/// <see cref="CodeWriter"/> and <see cref="CodeReader"/>, which write and read the same files a segment at a time.
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

    /// <summary>Reads a code file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static SparseCode Read(string path) => ReadWithInfo(path).Code;

    /// <summary>Reads a code from a stream to its end; <paramref name="name"/> is what errors call it.</summary>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static SparseCode Read(Stream stream, string name) => ReadWithInfo(stream, name).Code;

    /// <summary>Reads a code file and how it is stored.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static (SparseCode Code, CodeFileInfo Info) ReadWithInfo(string path)
    {
        using var reader = new CodeReader(path);
        return (reader.ToCode(), reader.Info);
    }

    /// <summary>Reads a code from a stream to its end, and how it is stored.</summary>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static (SparseCode Code, CodeFileInfo Info) ReadWithInfo(Stream stream, string name)
    {
        using var reader = new CodeReader(stream, name, leaveOpen: true);
        return (reader.ToCode(), reader.Info);
    }

    private static void WriteTo(Stream output, SparseCode code, CodePrecision? precision)
    {
        precision ??= new CodePrecision();
        precision.Validate();
        var summary = new CodeSummary(code.Layout);
        foreach (var heard in code.Heard) summary.Add(heard);
        CodeContainer.Write(output, summary.Header(code.Model, code.Length, code.Contexts.Length, precision), code.Contexts, code.Heard);
    }
}
