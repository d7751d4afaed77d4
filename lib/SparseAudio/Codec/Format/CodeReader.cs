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

    /// <summary>How many events there are.</summary>
    public int EventCount => _container.Header.Events;

    /// <summary>How the code is stored.</summary>
    public CodeFileInfo Info => new(
        _container.HeaderBytes, _container.Payload.Length, _container.Header.Amplitudes, _container.Header.Contexts > 0, _container.Header.Details);

    /// <summary>Reads the events by frame, then channel, each with its context, from the first one whenever it is enumerated.</summary>
    /// <exception cref="CodeFileException">The events are not those of an intact code file; thrown when they are reached.</exception>
    public IEnumerable<EventInContext> EventsInContext()
    {
        using var events = Named(() => EventStream.Read(_container.Header, _container.Payload).GetEnumerator());
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
/// <param name="HeaderBytes">Bytes of the JSON header.</param>
/// <param name="EventBytes">Bytes of the events and contexts.</param>
/// <param name="Amplitudes">How amplitudes were quantised, with their error.</param>
/// <param name="ListsContexts">Whether contexts are listed, as in an edited code, and not inferred.</param>
/// <param name="Details">How the events' details were quantised, with their errors; null where there are none.</param>
public sealed record CodeFileInfo(int HeaderBytes, int EventBytes, LevelQuantizer Amplitudes, bool ListsContexts, StepQuantizers? Details)
{
    /// <summary>Bytes of the whole file.</summary>
    public int FileBytes => CodeContainer.OverheadBytes + HeaderBytes + EventBytes;

    /// <summary>Bits per second of the events, the header left aside.</summary>
    /// <param name="seconds">Seconds of the recording.</param>
    public double BitsPerSecond(double seconds) => seconds == 0 ? 0 : EventBytes * 8 / seconds;
}
