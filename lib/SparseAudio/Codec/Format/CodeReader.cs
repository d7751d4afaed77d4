namespace SparseAudio.Codec.Format;

/// <summary>
/// An open code file, whose events are read when they are asked for. Opening it goes through the file once and checks all but
/// the events themselves. In memory are then a chunk of the file, the contexts where the file lists them (a few hundred
/// bytes a segment), and where it does not, the events of one segment. Not for use from two threads at once.
/// </summary>
public sealed class CodeReader : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly string _name;
    private readonly CodeContainer _container;

    /// <summary>Opens a code file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public CodeReader(string path) : this(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), path)
    {
    }

    /// <summary>Opens a code in a stream; where that cannot go back, the packed events are held in memory.</summary>
    /// <param name="stream">Where the code begins and behind which nothing follows; only the reader uses it meanwhile.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is done with it.</param>
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

    /// <summary>The grid of the model.</summary>
    public CodeLayout Layout => _container.Header.Layout;

    /// <summary>The fingerprint of the model that made the code.</summary>
    public string Model => _container.Header.Model;

    /// <summary>Samples of the recording.</summary>
    public long Length => _container.Header.Length;

    /// <summary>Seconds of the recording.</summary>
    public double DurationSeconds => (double)Length / Layout.SampleRate;

    /// <summary>How many events there are.</summary>
    public int EventCount => _container.Header.Events;

    /// <summary>How the code is stored.</summary>
    public CodeFileInfo Info => new(
        _container.HeaderBytes, _container.Payload.Length, _container.Header.Amplitudes, _container.Header.Contexts > 0, _container.Header.Details);

    /// <summary>Reads the events by frame, then channel, each with its context, from the first one whenever it is enumerated.</summary>
    /// <exception cref="CodeFileException">The events are not those of an intact code file.</exception>
    public IEnumerable<HeardEvent> Events()
    {
        using var events = Named(() => EventStream.Read(_container.Header, _container.Payload).GetEnumerator());
        while (Named(events.MoveNext)) yield return events.Current;
    }

    /// <summary>Reads all events and contexts into memory.</summary>
    /// <exception cref="CodeFileException">The events are not those of an intact code file.</exception>
    public SparseCode ToCode()
    {
        var (events, contexts) = (new List<SoundEvent>(), new List<SoundContext>());
        foreach (var (item, context) in Events())
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
