using System.Collections.Immutable;
using System.Text;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using SparseAudio.IO;
using SparseAudio.Models;

namespace SparseAudio.Cli;

/// <summary>Reads codes from files and pipes and writes them, as <c>.sparse</c> or <c>.json</c>.</summary>
internal static class CodeFiles
{
    /// <summary>The extension of codes as JSON.</summary>
    public const string JsonExtension = ".json";

    private const int LongestPipe = 1 << 28;

    /// <summary>The extensions of codes that are taken out of a folder.</summary>
    public static IReadOnlyCollection<string> Extensions { get; } = [CodeFile.Extension];

    /// <summary>The extensions that a code can be written with, the usual one first.</summary>
    public static IReadOnlyList<string> OutputExtensions { get; } = [CodeFile.Extension, JsonExtension];

    /// <summary>Reads a code file, JSON, or stdin for <c>-</c>; says so where the file was cut off.</summary>
    public static SparseCode Read(Invocation invocation, string path)
    {
        if (path != Pipes.Name && IsJson(path)) return ReadJson(path);
        using var reader = Open(invocation, path);
        return reader.ToCode();
    }

    /// <summary>
    /// Opens a code file, whose events are read when they are needed; JSON, and stdin for <c>-</c>, is held compressed in memory. Says so where
    /// the file was cut off.
    /// </summary>
    public static CodeReader Open(Invocation invocation, string path)
    {
        var reader = Open(path);
        if (reader.Info is { MissingLayers: > 0 } info)
        {
            invocation.Note($"{path}: was cut off and has {info.Layers.Length} of its {info.Layers.Length + info.MissingLayers} layers, "
                + "a coarser code of the whole recording");
        }

        return reader;
    }

    private static CodeReader Open(string path)
    {
        if (path == Pipes.Name) return OpenPipe();
        return IsJson(path) ? Compressed(ReadJson(path)) : new CodeReader(Existing(path));
    }

    /// <summary>Writes a code file, JSON, or a code file to stdout for <c>-</c>; returns its bytes.</summary>
    public static int Write(string path, SparseCode code, CodePrecision precision, bool force)
    {
        var bytes = IsJson(path) ? Encoding.UTF8.GetBytes(CodeJson.Write(code)) : CodeFile.ToBytes(code, precision);
        WriteBytes(path, bytes, force);
        return bytes.Length;
    }

    /// <summary>Writes a code that is read from a file in another form or precision, an event at a time.</summary>
    public static void Convert(CodeReader code, string path, CodePrecision precision, bool force) => Pipes.Write(path, name =>
    {
        if (IsJson(path))
        {
            using var file = new AtomicFile(name, force);
            CodeJson.Write(code, file.Stream);
            file.Commit();
            return 0;
        }

        using var writer = new CodeWriter(name, code.Layout, code.Model, precision, force);
        foreach (var (item, context) in code.EventsInContext()) writer.Add(context, [item]);
        writer.Commit(code.Length);
        return 0;
    });

    /// <summary>Writes bytes to a file, complete or not at all, or to stdout for <c>-</c>.</summary>
    public static void WriteBytes(string path, byte[] bytes, bool force)
    {
        if (path == Pipes.Name)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(bytes);
            return;
        }

        using var file = new AtomicFile(path, force);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>Whether a code file or JSON is complete and can be read to its end.</summary>
    public static bool IsIntact(string path)
    {
        try
        {
            using var reader = Open(path);
            return reader.Info.MissingLayers == 0 && reader.EventsInContext().Count() == reader.EventCount;
        }
        catch (Exception error) when (error is CodeFileException or IOException)
        {
            return false;
        }
    }

    /// <summary>Whether a file's name says that it is JSON.</summary>
    public static bool IsJson(string path) => Path.GetExtension(path).Equals(JsonExtension, StringComparison.OrdinalIgnoreCase);

    private static SparseCode ReadJson(string path) => CodeJson.Read(InputFile.Read(Existing(path)), path);

    private static string Existing(string path) => File.Exists(path) ? path : throw new CommandException($"{path}: there is no such file");

    private static CodeReader Compressed(SparseCode code) => new(new MemoryStream(CodeFile.ToBytes(code, CodePrecision.Lossless)), "the code");

    // A pipe may carry either; JSON begins with a brace.
    private static CodeReader OpenPipe()
    {
        var bytes = new MemoryStream();
        using var stdin = Pipes.OpenInput();
        var chunk = new byte[1 << 16];
        for (int read; (read = stdin.Read(chunk)) > 0;)
        {
            bytes.Write(chunk, 0, read);
            if (bytes.Length > LongestPipe) throw new CommandException("stdin carries more than a code file can hold");
        }

        bytes.Position = 0;
        var first = bytes.ReadByte();
        bytes.Position = 0;
        return first == '{' ? Compressed(CodeJson.Read(bytes, "stdin")) : new CodeReader(bytes, "stdin");
    }
}

/// <summary>The sounds of a code's events, for which the model is loaded only when a command or a selection asks for them.</summary>
internal sealed class EventSounds(Invocation invocation) : IDisposable
{
    private SparseAudioModel? _model;
    private EventDescriber? _describer;

    private EventDescriber Describer => _describer ??= new EventDescriber(_model ??= LoadedModel.Load(invocation));

    /// <summary>The sounds that <paramref name="query"/> asks about, or none.</summary>
    public ImmutableArray<EventSound> For(SparseCode code, EventQuery query) => query.NeedsSound ? All(code) : default;

    /// <summary>All sounds of a code.</summary>
    public ImmutableArray<EventSound> All(SparseCode code) =>
        invocation.WithProgress("decoding events", progress => Describer.Describe(code, progress, invocation.Cancellation));

    /// <summary>The notes of a code; an error where the model's events are none.</summary>
    public ImmutableArray<CodeNote> Notes(SparseCode code) => Describer.NotesOf(code)
        ?? throw new CommandException("the events of this code's model are not notes; leave --notes out");

    /// <summary>The notes of a code for a MIDI file.</summary>
    public ImmutableArray<MidiNote> MidiNotes(SparseCode code) =>
        invocation.WithProgress("decoding events", progress => MidiFile.NotesOf(code, Describer, progress, invocation.Cancellation));

    /// <summary>The fundamentals of all channels.</summary>
    public ChannelPitches Pitches(SparseCode code) =>
        invocation.WithProgress("measuring channels", progress => Describer.PitchesOf(code, progress, invocation.Cancellation));

    /// <inheritdoc/>
    public void Dispose() => _model?.Dispose();
}
