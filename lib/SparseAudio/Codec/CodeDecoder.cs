using SparseAudio.Audio;
using SparseAudio.Codec.Format;
using SparseAudio.Models;
using SparseAudio.Models.Published;

namespace SparseAudio.Codec;

/// <summary>
/// Codes to sound. A code of one segment is one call of the model. In longer ones every event lies on one absolute time
/// line and rings on across the borders of segments: the events that begin in a segment are decoded together, as they were
/// encoded, on a line that fades out a segment later, and all lines are added. What a model sounds steadily beneath the
/// events passes over from segment to segment. Segments with few events are decoded several at once, so that the work
/// follows the events, not the length.
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

    /// <summary>The fingerprint of the codes that this can decode.</summary>
    public string Fingerprint { get; }

    /// <summary>The whole sound of a code.</summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    /// <exception cref="OutOfMemoryException">The sound does not fit into one clip; take <see cref="DecodeBlocks(SparseCode, IProgress{double}, CancellationToken)"/>.</exception>
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

    /// <summary>The sound of a code, a block of at most a segment at a time, with memory that does not depend on the length.</summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public IEnumerable<float[]> DecodeBlocks(SparseCode code, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        CheckMade(code.Model, code.Layout);
        return Blocks(code.Heard, code.Length, progress, cancellation);
    }

    /// <summary>The sound of a code as the other overload gives it, the events being read from the file as they sound.</summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    /// <exception cref="CodeFileException">The file's events are damaged; blocks before them may have been given.</exception>
    public IEnumerable<float[]> DecodeBlocks(CodeReader code, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        CheckMade(code.Model, code.Layout);
        return Blocks(code.Events(), code.Length, progress, cancellation);
    }

    private void CheckMade(string model, CodeLayout layout)
    {
        if (model != Fingerprint || layout != _layout) throw new ModelMismatchException(model, Fingerprint);
    }

    // The events in the order of their frames.
    private IEnumerable<float[]> Blocks(IEnumerable<HeardEvent> events, long length, IProgress<double>? progress, CancellationToken cancellation)
    {
        var line = new EventLine(_model, length);
        foreach (var batch in EventGroup.Batches(events, _layout))
        {
            foreach (var segment in Segments(batch[0].FirstFrame)) yield return segment;
            line.Add(batch);
        }

        foreach (var segment in Segments(int.MaxValue)) yield return segment;

        // The segments before a frame, to which nothing is added any more.
        IEnumerable<float[]> Segments(int before)
        {
            for (long start; line.FirstFrame < before && (start = line.FirstFrame * (long)_layout.Hop) < length;)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return line.Take((int)Math.Min(_layout.SegmentSamples, length - start));
                progress?.Report(Math.Min(1, (double)(start + _layout.SegmentSamples) / length));
            }
        }
    }
}
