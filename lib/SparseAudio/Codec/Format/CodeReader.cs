using System.Collections.Immutable;
using SparseAudio.IO;

namespace SparseAudio.Codec.Format;

/// <summary>
/// An open code file, whose events are read when they are asked for. Opening it reads the file once and checks all but the
/// events themselves. After that it holds in memory a chunk of the file, and either the contexts that the file lists (a few
/// hundred bytes a segment) or, where they are inferred, the events of one segment. It is not for use by two threads at once.
/// </summary>
public sealed class CodeReader : ICode, IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly string _name;
    private readonly CodeContainer _container;

    /// <summary>Opens a code file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public CodeReader(string path) : this(InputFile.Open(path), path)
    {
    }

    /// <summary>Opens a code in a stream; where that is not seekable, the compressed events are held in memory.</summary>
    /// <param name="stream">The stream from the code's first byte to its last; only the reader uses it meanwhile.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is disposed.</param>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public CodeReader(Stream stream, string name, bool leaveOpen = false)
    {
        (_stream, _name, _leaveOpen) = (stream, name, leaveOpen);
        try
        {
            _container = Named(() => CodeContainer.Read(stream));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CodeLayout Layout => _container.Header.Layout;

    /// <inheritdoc/>
    public string Model => _container.Header.Model;

    /// <inheritdoc/>
    public long Length => _container.Header.Length;

    /// <summary>Seconds of the recording.</summary>
    public double DurationSeconds => (double)Length / Layout.SampleRate;

    /// <summary>How many events there are, in the layers that the file has.</summary>
    public int EventCount => _container.Header.Layers.Take(_container.Layers.Count).Sum(layer => layer.Events);

    /// <summary>How the code is stored.</summary>
    public CodeFileInfo Info => CodeFileInfo.Of(_container);

    /// <summary>Reads the events by frame, then channel, each with its context, from the first one whenever it is enumerated.</summary>
    /// <exception cref="CodeFileException">The events are not those of an intact code file; thrown when they are reached.</exception>
    public IEnumerable<EventInContext> EventsInContext()
    {
        using var events = Named(() => EventStream.Read(_container.Header, _container.Layers).GetEnumerator());
        while (Named(events.MoveNext)) yield return events.Current;
    }

    /// <summary>Reads all events and contexts into memory.</summary>
    /// <exception cref="CodeFileException">The events are not those of an intact code file.</exception>
    public SparseCode ToCode()
    {
        var (events, contexts) = (new List<SoundEvent>(), new List<SoundContext>());
        foreach (var (item, context) in EventsInContext())
        {
            if (item.Context == contexts.Count) contexts.Add(context);
            events.Add(item);
        }

        return Named(() => new SparseCode(Layout, Model, Length, events, contexts));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_leaveOpen) _stream.Dispose();
    }

    private T Named<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException exception)
        {
            throw new CodeFileException(_name, "it ends too early; it may have been cut off", exception);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new CodeFileException(_name, exception.Message.TrimEnd('.'), exception);
        }
    }
}

/// <summary>How a code is stored in its file.</summary>
/// <param name="HeaderBytes">Bytes before the first layer.</param>
/// <param name="Layers">The layers that the file has, from the coarsest on.</param>
/// <param name="MissingLayers">How many layers it lacks, because it was cut off; what it has is a coarser code of the whole recording.</param>
/// <param name="AmplitudeError">The largest relative error of an amplitude, as a fraction.</param>
/// <param name="DetailErrors">The largest error of each detail; empty where there are none.</param>
/// <param name="ListsContexts">Whether contexts are listed, as in an edited code.</param>
public sealed record CodeFileInfo(
    int HeaderBytes, ImmutableArray<CodeLayerInfo> Layers, int MissingLayers, double AmplitudeError, ImmutableArray<double> DetailErrors,
    bool ListsContexts)
{
    /// <summary>Bytes of the whole file.</summary>
    public int FileBytes => Layers[^1].EndByte;

    /// <summary>Bytes of the events and contexts.</summary>
    public int EventBytes => FileBytes - HeaderBytes - Layers.Length * CodeContainer.OverheadOfLayer;

    /// <summary>Bits per second of the events, the header left aside.</summary>
    /// <param name="seconds">Seconds of the recording.</param>
    public double BitsPerSecond(double seconds) => seconds == 0 ? 0 : EventBytes * 8 / seconds;

    internal static CodeFileInfo Of(CodeContainer container)
    {
        var header = container.Header;
        var end = container.HeaderBytes;
        var layers = container.Layers.Select((layer, i) => new CodeLayerInfo(
            end += layer.Length + CodeContainer.OverheadOfLayer, header.Layers.Take(i + 1).Sum(l => l.Events), IsDetailed(i))).ToImmutableArray();
        var plane = header.Layers[layers.Length - 1].Precision.Plane;
        var details = layers[^1].Detailed ? header.Details : null;
        return new CodeFileInfo(
            container.HeaderBytes, layers, header.Layers.Length - layers.Length, Math.Pow(2, header.Amplitudes.StepOf(0, plane) / 2) - 1,
            [.. Enumerable.Range(0, details?.Count ?? 0).Select(i => details!.StepOf(i, plane) / 2)], header.Contexts == ContextCoding.Listed);

        bool IsDetailed(int layer) => header.Details is not null && header.Layers[layer].Precision.Detailed;
    }
}

/// <summary>A layer of a code file.</summary>
/// <param name="EndByte">Bytes of the file up to its end: so long a beginning of the file is a code of its own.</param>
/// <param name="Events">How many events that code has.</param>
/// <param name="Detailed">Whether they have details.</param>
public sealed record CodeLayerInfo(int EndByte, int Events, bool Detailed);
