using SparseAudio.Audio;
using SparseAudio.Model;
using static TorchSharp.torch;

namespace SparseAudio.Events;

/// <summary>
/// Codes to sound. A code of one segment is one call of the model. In longer ones every event lies on one absolute time
/// line and rings on across the borders of segments: the events that begin within a quarter of a segment are decoded
/// together, in a window of a whole segment that fades out at its end, and all windows are added. What a model sounds
/// steadily beneath the events passes over from segment to segment. Work and memory go with the events, not with the length.
/// </summary>
public sealed class CodeDecoder
{
    private const int WindowsPerSegment = 4;
    private const int FadeSamples = 2048;
    private const int MostEventsAtOnce = 64;
    private readonly SparseAudioModel _model;
    private readonly CodeLayout _layout;
    private readonly float[] _fade;

    /// <summary>Prepares to decode with <paramref name="model"/>, which is switched to evaluation mode.</summary>
    public CodeDecoder(SparseAudioModel model)
    {
        model.eval();
        _model = model;
        _layout = CodeTensors.LayoutOf(model.Config);
        Fingerprint = ModelFingerprint.Of(model);
        _fade = Fade(_layout.SegmentSamples);
    }

    /// <summary>The fingerprint of the codes that this can decode.</summary>
    public string Fingerprint { get; }

    /// <summary>The whole sound of a code.</summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    /// <exception cref="OutOfMemoryException">The sound does not fit into one clip; take <see cref="DecodeBlocks"/>.</exception>
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

    /// <summary>The sound of a code, a block of at most a segment at a time, with the memory of two.</summary>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public IEnumerable<float[]> DecodeBlocks(SparseCode code, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (code.Model != Fingerprint || code.Layout != _layout) throw new ModelMismatchException(code.Model, Fingerprint);
        return code.Length <= _layout.SegmentSamples
            ? Blocks(code, _layout.SegmentFrames, progress, cancellation)
            : Blocks(code, _layout.SegmentFrames / WindowsPerSegment, progress, cancellation);
    }

    private IEnumerable<float[]> Blocks(SparseCode code, int windowFrames, IProgress<double>? progress, CancellationToken cancellation)
    {
        var step = windowFrames * _layout.Hop;
        var isLong = windowFrames < _layout.SegmentFrames;
        var steady = isLong ? new SteadyTones(_model, code) : null;
        var sum = new float[_layout.SegmentSamples];
        var next = 0;
        for (long start = 0; start < code.Length; start += step)
        {
            cancellation.ThrowIfCancellationRequested();
            var firstFrame = (int)(start / _layout.Hop);
            if (start % sum.Length == 0) steady?.AddSegment(sum, firstFrame);
            var end = next;
            while (end < code.Events.Length && code.Events[end].Frame < firstFrame + windowFrames) end++;
            foreach (var group in code.Events[next..end].GroupBy(e => (e.Context, Plain: e.Gain == 1)))
            {
                foreach (var events in group.Chunk(MostEventsAtOnce)) AddWindow(sum, code, events, firstFrame, steady);
            }

            next = end;
            yield return sum[..(int)Math.Min(step, code.Length - start)];
            sum.AsSpan(step).CopyTo(sum);
            sum.AsSpan(sum.Length - step).Clear();
            progress?.Report(Math.Min(1, (double)(start + step) / code.Length));
        }
    }

    private void AddWindow(float[] sum, SparseCode code, SoundEvent[] events, int firstFrame, SteadyTones? steady)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var encoding = CodeTensors.ToEncoding(_model, code, events, e => e.Frame - firstFrame);
        var sound = Array.TrueForAll(events, e => e.Gain == 1) ? _model.DecodeSum(encoding) : _model.Decode(encoding) * GainsOf(events);
        var samples = sound.sum(1).cpu().data<float>().ToArray();
        var level = code.LevelOf(events[0]);
        steady?.Remove(samples, events);
        for (var i = 0; i < sum.Length; i++) sum[i] += samples[i] * level * (steady is null ? 1 : _fade[i]);
    }

    // In the order of the encoding.
    private Tensor GainsOf(SoundEvent[] events) =>
        tensor(events.OrderByDescending(e => e.Amplitude).Select(e => e.Gain).ToArray(), [1, events.Length, 1], device: _model.Device());

    private static float[] Fade(int samples)
    {
        var fade = new float[samples];
        Array.Fill(fade, 1);
        for (var i = 0; i < FadeSamples; i++) fade[samples - FadeSamples + i] = (float)(0.5 + 0.5 * Math.Cos(Math.PI * (i + 0.5) / FadeSamples));
        return fade;
    }
}
