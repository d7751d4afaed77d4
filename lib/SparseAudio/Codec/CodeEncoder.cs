using SparseAudio.Audio;
using SparseAudio.Models;
using SparseAudio.Signal;
using SparseAudio.Training;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SparseAudio.Codec;

/// <summary>The events that were found in one segment of a recording.</summary>
/// <param name="Context">The context of all of them.</param>
/// <param name="Events">The events, on the recording's time line.</param>
public readonly record struct EncodedSegment(SoundContext Context, IReadOnlyList<SoundEvent> Events);

/// <summary>
/// Encodes recordings, one segment after the other, with memory that does not depend on the length. Each segment is scaled to a
/// peak of 1 before it is encoded; the scale is kept as the level of its context.
/// </summary>
public sealed class CodeEncoder
{
    private const float SilentPeak = 1e-4f;

    /// <summary>Prepares to encode with <paramref name="model"/>, which is switched to evaluation mode.</summary>
    public CodeEncoder(SparseAudioModel model)
    {
        model.eval();
        Model = model;
        Layout = CodeTensors.LayoutOf(model.Config);
        Fingerprint = ModelFingerprint.Of(model);
    }

    /// <summary>
    /// Gradient steps on each segment's events, see <see cref="Refinement"/>, which account for events of earlier segments that still sound;
    /// more than 0 needs a model with details.
    /// </summary>
    public int RefineSteps { get; init; }

    /// <summary>Whether to keep of each event only frame, channel and amplitude, and no details.</summary>
    public bool Pure { get; init; }

    /// <summary>The model that finds the events.</summary>
    internal SparseAudioModel Model { get; }

    /// <summary>The grid of the codes.</summary>
    public CodeLayout Layout { get; }

    /// <summary>The fingerprint of the model, which the codes will carry.</summary>
    public string Fingerprint { get; }

    /// <summary>Encodes a clip.</summary>
    /// <exception cref="ArgumentException">The clip's sample rate is not the model's, or it is empty.</exception>
    public SparseCode Encode(AudioClip clip, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        void Read(long start, Span<float> part) => clip.Samples.AsSpan((int)start, part.Length).CopyTo(part);
        return ToCode(Segments(Read, clip.SampleRate, clip.Samples.Length, progress, cancellation), clip.Samples.Length);
    }

    /// <summary>Encodes a recording while reading it; all its events are in memory.</summary>
    /// <exception cref="ArgumentException">The recording's sample rate is not the model's, or it is empty.</exception>
    /// <exception cref="AudioFileException">The recording is damaged.</exception>
    public SparseCode Encode(Recording recording, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        ToCode(EncodeSegments(recording, progress, cancellation), recording.Length);

    /// <summary>Encodes a recording while reading it, each segment when it is asked for; silent ones are left out.</summary>
    /// <exception cref="ArgumentException">The recording's sample rate is not the model's, or it is empty.</exception>
    /// <exception cref="AudioFileException">The recording is damaged.</exception>
    public IEnumerable<EncodedSegment> EncodeSegments(Recording recording, IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        Segments(recording.Read, recording.SampleRate, recording.Length, progress, cancellation);

    private delegate void Read(long start, Span<float> part);

    private SparseCode ToCode(IEnumerable<EncodedSegment> segments, long length)
    {
        var (events, contexts) = (new List<SoundEvent>(), new List<SoundContext>());
        foreach (var (context, found) in segments)
        {
            events.AddRange(found.Select(e => e with { Context = contexts.Count }));
            contexts.Add(context);
        }

        return new SparseCode(Layout, Fingerprint, length, events, contexts);
    }

    private IEnumerable<EncodedSegment> Segments(Read read, int sampleRate, long length, IProgress<double>? progress, CancellationToken cancellation)
    {
        if (sampleRate != Layout.SampleRate)
            throw new ArgumentException($"The model works at {Layout.SampleRate} Hz, not {sampleRate} Hz; read the recording at that rate.");
        if (length == 0) throw new ArgumentException("There is nothing to encode: the recording is empty.");
        return Encoded();

        IEnumerable<EncodedSegment> Encoded()
        {
            var (surroundings, window) = (Model.Config.Surroundings, new float[Layout.SegmentSamples + 2 * Model.Config.Surroundings]);
            var segments = Layout.SegmentsOf(length);
            var line = RefineSteps > 0 ? new EventLine(Model, length) : null;
            for (var index = 0; index < segments; index++)
            {
                cancellation.ThrowIfCancellationRequested();
                var start = (long)index * Layout.SegmentSamples;
                ReadWindow(start - surroundings);
                var segment = window.AsSpan(surroundings, Layout.SegmentSamples);
                var firstFrame = index * Layout.SegmentFrames;
                var level = Math.Abs(TensorPrimitives.MaxMagnitude<float>(segment));
                if (level >= SilentPeak)
                {
                    var (context, found) = EncodeSegment(window, level, line, cancellation);
                    List<SoundEvent> events =
                        [.. found.Select(e => e with { Frame = e.Frame + firstFrame }).Where(e => e.Frame < Layout.FramesOf(length))];
                    if (events.Count > 0) line?.Add([new EventGroup(firstFrame, context, events)]);
                    yield return new EncodedSegment(context, events);
                }

                line?.Take(Layout.SegmentSamples);
                progress?.Report((index + 1.0) / segments);
            }

            // What lies before the recording's beginning and after its end is silence.
            void ReadWindow(long start)
            {
                var (from, to) = (Math.Max(0, start), Math.Min(length, start + window.Length));
                Array.Clear(window);
                read(from, window.AsSpan((int)(from - start), (int)(to - from)));
            }
        }
    }

    private EncodedSegment EncodeSegment(float[] window, float level, EventLine? line, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        Tensor OnDevice(float[] sound) => tensor(sound, [1, 1, sound.Length], device: CPU).IntoTorchMemory(Model.Device());
        Tensor Scaled(float[] sound) => OnDevice(Array.ConvertAll(sound, x => x / level));
        var audio = Scaled(window);
        SparseEncoding encoding;
        using (no_grad()) encoding = Model.Encode(audio);
        if (Pure) encoding = encoding with { Details = null };
        if (line is not null)
        {
            encoding = Refinement.Refine(
                Model, Model.SegmentOf(audio), encoding, RefineSteps, ringing: Scaled(line.Next.ToArray()), carriedOn: OnDevice(line.CarriedOn),
                cancellation: cancellation);
        }

        var events = CodeTensors.Events(encoding, 0);
        var context = CodeTensors.ContextNumbers(encoding, 0) is { } numbers
            ? new SoundContext(numbers, level)
            : SoundContext.Of(events.OrderBy(e => e.Frame).ThenBy(e => e.Channel), level);
        return new EncodedSegment(context, events);
    }
}
