using SparseAudio.IO;

namespace SparseAudio.Codec.Format;

/// <summary>
/// Writes a code file segment by segment, for recordings of any length; it appears complete, with <see cref="Commit"/>, or not
/// at all. The header depends on all numbers, so the events wait in a temporary file until then; in memory are the contexts
/// (a few hundred bytes a segment) and the events of one segment. The bytes are those that <see cref="CodeFile"/> makes of the
/// same code.
/// </summary>
public sealed class CodeWriter : IDisposable
{
    private readonly CodeLayout _layout;
    private readonly string _model;
    private readonly CodePrecision _precision;
    private readonly string _path;
    private readonly bool _overwrite;
    private readonly TempEventFile _events;
    private readonly CodeRules _rules;
    private readonly CodeSummary _summary;
    private readonly DistinctContexts _contexts = new();
    private SoundEvent _last = new(0, 0, 0);

    /// <summary>Begins the file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="layout">The grid of the model.</param>
    /// <param name="model">The fingerprint of the model that makes the code.</param>
    /// <param name="precision">How finely to keep numbers.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid is not possible.</exception>
    /// <exception cref="IOException">The file exists and <paramref name="overwrite"/> is not set, or the folder cannot be written to.</exception>
    public CodeWriter(string path, CodeLayout layout, string model, CodePrecision? precision = null, bool overwrite = false)
    {
        (_layout, _model, _precision) = (layout, model, precision ?? new CodePrecision());
        layout.Validate();
        _rules = new CodeRules(layout, int.MaxValue);
        _summary = new CodeSummary(layout);
        (_path, _overwrite) = (path, overwrite);
        _events = new TempEventFile(path, overwrite);
    }

    /// <summary>How many events were added.</summary>
    public int EventCount => _summary.Events;

    /// <summary>Adds the events of a segment, or of a part of one.</summary>
    /// <param name="context">The context of all of them.</param>
    /// <param name="events">The events, in any order, none before those that were added; their <see cref="SoundEvent.Context"/> is ignored.</param>
    /// <exception cref="ArgumentException">
    /// An event lies outside the grid or before one that was added, or is not a number; or the context is of another model.
    /// </exception>
    /// <exception cref="IOException">There is no room for the events.</exception>
    public void Add(SoundContext context, IEnumerable<SoundEvent> events)
    {
        _rules.Check(context);
        int? index = null;
        foreach (var item in events.OrderBy(e => e.Frame).ThenBy(e => e.Channel))
        {
            _rules.Check(item);
            if ((item.Frame, item.Channel).CompareTo((_last.Frame, _last.Channel)) < 0)
                throw new ArgumentException(
                    $"The event at frame {item.Frame}, channel {item.Channel}, comes after one at frame {_last.Frame}, channel {_last.Channel}; "
                        + $"add segments in their order.");
            _last = item with { Context = index ??= _contexts.IndexOf(context) };
            _summary.Add(new EventInContext(_last, context), layer: 0);
            _events.Add(_last);
        }
    }

    /// <summary>Makes the file appear.</summary>
    /// <param name="length">Samples of the recording.</param>
    /// <exception cref="ArgumentException">An event lies after the end, or the length is absurd.</exception>
    /// <exception cref="IOException">The file appeared meanwhile and must not be overwritten, or there is no room.</exception>
    public void Commit(long length)
    {
        _layout.Validate(length);
        if (EventCount > 0) new CodeRules(_layout, _layout.FramesOf(length)).Check(_last);
        var header = _summary.Header(_model, length, _contexts.All.Count, _precision);
        using var output = new AtomicFile(_path, _overwrite);
        IEnumerable<LayeredEvent> Events() =>
            _events.Read().Select(e => new LayeredEvent(new EventInContext(e, _contexts.All[e.Context]), _precision.UsualEventLayers));
        CodeContainer.Write(output.Stream, header, _summary.SegmentsOf, _contexts.All, Events);
        output.Commit();
    }

    /// <summary>Deletes the temporary file. Without <see cref="Commit"/> nothing is left behind.</summary>
    public void Dispose() => _events.Dispose();
}
