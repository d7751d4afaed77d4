using SparseAudio.Audio;
using SparseAudio.Models;

namespace SparseAudio.Codec;

/// <summary>
/// Decodes codes to sound. A code of one segment is one call of the model. In a longer code every event keeps its place on one
/// absolute time line and decays across the borders of segments: the events that begin in a segment are decoded together, as
/// they were encoded, on a line that fades out at the end of the next segment, and all lines are added. The noise floor
/// crossfades from segment to segment. Segments with few events are decoded in batches, so that the work grows with the events
/// and not with the length.
/// </summary>
public sealed class CodeDecoder
{
    private readonly SparseAudioModel _model;
    private readonly CodeLayout _layout;

    /// <summary>Prepares to decode with <paramref name="model"/>, which is switched to evaluation mode.</summary>
    public CodeDecoder(SparseAudioModel model)
    {
        model.eval();
        _model = model;
        _layout = CodeTensors.LayoutOf(model.Config);
        Fingerprint = ModelFingerprint.Of(model);
    }

    /// <summary>The fingerprint of the model, which codes must carry to be decoded.</summary>
    public string Fingerprint { get; }

    /// <summary>The whole sound of a code.</summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    /// <exception cref="OutOfMemoryException">The sound does not fit into one clip; use <see cref="DecodeBlocks"/>.</exception>
    public AudioClip Decode(SparseCode code, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (code.Length > Array.MaxLength) throw new OutOfMemoryException($"{code.DurationSeconds / 3600:F0} hours do not fit into one clip.");
        var samples = new float[code.Length];
        var done = 0;
        foreach (var block in DecodeBlocks(code, progress, cancellation))
        {
            block.CopyTo(samples, done);
            done += block.Length;
        }

        return new AudioClip(samples, _layout.SampleRate);
    }

    /// <summary>
    /// The sound of a code in blocks of at most a segment, with memory that does not depend on the length; where the code is
    /// read from a file, its events are read when their segment is decoded, and reading may fail after some blocks.
    /// </summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public IEnumerable<float[]> DecodeBlocks(ICode code, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (code.Model != Fingerprint || code.Layout != _layout) throw new ModelMismatchException(code.Model, Fingerprint);
        return Blocks(code, progress, cancellation);
    }

    private IEnumerable<float[]> Blocks(ICode code, IProgress<double>? progress, CancellationToken cancellation)
    {
        var line = new EventLine(_model, code.Length);
        foreach (var batch in EventGroup.Batches(code.EventsInContext().Select(Fitting), _layout, _model.Config.Events))
        {
            foreach (var segment in SegmentsBefore(batch[0].FirstFrame)) yield return segment;
            line.Add(batch);
        }

        foreach (var segment in SegmentsBefore(int.MaxValue)) yield return segment;

        // Wrong counts of numbers would only be refused by torch, which knows nothing of codes.
        EventInContext Fitting(EventInContext item)
        {
            var (details, numbers) = (item.Event.Details.Length, item.Context.Numbers.Length);
            return (details == 0 || details == _model.Config.DetailSize) && (numbers == 0 || numbers == _model.Config.ContextWidth)
                ? item
                : throw new ModelMismatchException(code.Model, Fingerprint);
        }

        // No further event can begin in these segments.
        IEnumerable<float[]> SegmentsBefore(int frame)
        {
            for (long start; line.FirstFrame < frame && (start = line.FirstFrame * (long)_layout.Hop) < code.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return line.Take((int)Math.Min(_layout.SegmentSamples, code.Length - start));
                progress?.Report(Math.Min(1, (double)(start + _layout.SegmentSamples) / code.Length));
            }
        }
    }
}
