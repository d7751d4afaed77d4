using SparseAudio.Audio;
using SparseAudio.Codec.Format;
using SparseAudio.Models;
using SparseAudio.Signal;
using SparseAudio.Training;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>
/// Recordings to codes, segment after segment; a code file of a recording of any length is made with the memory of one. Each
/// segment is brought to full scale before it is encoded; its level is kept in its context.
/// </summary>
public sealed class CodeEncoder
{
    private const float SilentPeak = 1e-4f;
    private readonly SparseAudioModel _model;

    /// <summary>Prepares to encode with <paramref name="model"/>, which is switched to evaluation mode.</summary>
    public CodeEncoder(SparseAudioModel model)
    {
        model.eval();
        _model = model;
        Fingerprint = ModelFingerprint.Of(model);
    }

    /// <summary>
    /// Gradient steps on each segment's details, which hear what still rings from the segments before, see <see cref="Refinement"/>;
    /// more than 0 needs a model with details.
    /// </summary>
    public int RefineSteps { get; init; }

    /// <summary>Whether to keep of each event only when, which and how loud, and no details.</summary>
    public bool Pure { get; init; }

    /// <summary>The fingerprint that the codes will carry.</summary>
    public string Fingerprint { get; }

    /// <summary>Encodes a clip.</summary>
    /// <exception cref="ArgumentException">The clip's sample rate is not the model's, or it is empty.</exception>
    public SparseCode Encode(AudioClip clip, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        CheckRate(clip.SampleRate);
        return Encode((start, part) => clip.Samples.AsSpan((int)start, part.Length).CopyTo(part), clip.Samples.Length, progress, cancellation);
    }

    /// <summary>Encodes a recording while reading it; all its events are in memory, see <see cref="EncodeToFile"/>.</summary>
    /// <exception cref="ArgumentException">The recording's sample rate is not the model's, or it is empty.</exception>
    /// <exception cref="AudioFileException">The recording is damaged.</exception>
    public SparseCode Encode(Recording recording, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        CheckRate(recording.SampleRate);
        return Encode(recording.Read, recording.Length, progress, cancellation);
    }

    /// <summary>Encodes a recording into a code file while reading it, with the same memory for any length; returns how many events it has.</summary>
    /// <exception cref="ArgumentException">The recording's sample rate is not the model's, or it is empty.</exception>
    /// <exception cref="AudioFileException">The recording is damaged.</exception>
    /// <exception cref="IOException">The file exists and <paramref name="overwrite"/> is not set, or it cannot be written.</exception>
    public int EncodeToFile(
        Recording recording, string path, CodePrecision? precision = null, bool overwrite = false,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        CheckRate(recording.SampleRate);
        using var writer = new CodeWriter(path, CodeTensors.LayoutOf(_model.Config), Fingerprint, precision, overwrite);
        foreach (var (context, events) in Segments(recording.Read, recording.Length, progress, cancellation)) writer.Add(context, events);
        writer.Commit(recording.Length);
        return writer.EventCount;
    }

    private delegate void Read(long start, Span<float> part);

    private SparseCode Encode(Read read, long length, IProgress<double>? progress, CancellationToken cancellation)
    {
        var (events, contexts) = (new List<SoundEvent>(), new List<SoundContext>());
        foreach (var (context, found) in Segments(read, length, progress, cancellation))
        {
            events.AddRange(found.Select(e => e with { Context = contexts.Count }));
            contexts.Add(context);
        }

        return new SparseCode(CodeTensors.LayoutOf(_model.Config), Fingerprint, length, events, contexts);
    }

    // One after the other; silent ones are left out.
    private IEnumerable<(SoundContext Context, IReadOnlyList<SoundEvent> Events)> Segments(
        Read read, long length, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (length == 0) throw new ArgumentException("There is nothing to encode: the recording is empty.");
        var layout = CodeTensors.LayoutOf(_model.Config);
        var segment = new float[layout.SegmentSamples];
        var segments = layout.SegmentsOf(length);
        var line = RefineSteps > 0 ? new EventLine(_model, length) : null;
        for (var index = 0; index < segments; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var start = (long)index * segment.Length;
            var there = (int)Math.Min(segment.Length, length - start);
            read(start, segment.AsSpan(0, there));
            segment.AsSpan(there).Clear();
            var firstFrame = index * layout.SegmentFrames;
            var level = segment.Max(Math.Abs);
            if (level >= SilentPeak)
            {
                var (context, found) = EncodeSegment(segment, level, line, cancellation);
                List<SoundEvent> events = [.. found.Select(e => OnTimeLine(e, firstFrame)).Where(e => e.Frame < layout.FramesOf(length))];
                if (events.Count > 0) line?.Add([new EventGroup(firstFrame, context, events)]);
                yield return (context, events);
            }

            line?.Take(segment.Length);
            progress?.Report((index + 1.0) / segments);
        }
    }

    private (SoundContext, IReadOnlyList<SoundEvent>) EncodeSegment(float[] segment, float level, EventLine? line, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        Tensor Scaled(float[] sound) => tensor(Array.ConvertAll(sound, x => x / level), [1, 1, sound.Length], device: CPU).IntoTorchMemory(_model.Device());
        var audio = Scaled(segment);
        SparseEncoding encoding;
        using (no_grad()) encoding = _model.Encode(audio);
        if (line is not null) encoding = Refinement.Refine(_model, audio, encoding, RefineSteps, ringing: Scaled(line.Next.ToArray()), cancellation: cancellation);
        var found = CodeTensors.Events(encoding, 0);
        var context = CodeTensors.Numbers(encoding, 0) is { } numbers
            ? new SoundContext(numbers, level)
            : SoundContext.Of(found.OrderBy(e => e.Frame).ThenBy(e => e.Channel), level);
        return (context, found);
    }

    private SoundEvent OnTimeLine(SoundEvent item, int firstFrame) =>
        item with { Frame = item.Frame + firstFrame, Details = Pure ? [] : item.Details };

    private void CheckRate(int sampleRate)
    {
        if (sampleRate != _model.Config.SampleRate)
            throw new ArgumentException($"The model works at {_model.Config.SampleRate} Hz, not {sampleRate} Hz; read the recording at that rate.");
    }
}
