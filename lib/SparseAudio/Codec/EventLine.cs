using SparseAudio.Models;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>
/// The sum of decoded events on the code's time line, from the next segment on. Every event sounds until the end of the
/// segment after its own, where it fades out; only a code of a single segment ends as the model ends it.
/// </summary>
internal sealed class EventLine
{
    private const int FadeSamples = 2048;
    private readonly SparseAudioModel _model;
    private readonly int _segmentSamples;
    private readonly List<float[]> _segments = [];
    private readonly float[]? _fade;
    private readonly float[] _firstFloor;
    private readonly float[] _laterFloor;

    /// <summary>Begins an empty line.</summary>
    /// <param name="model">Decodes the events.</param>
    /// <param name="length">Samples of the code.</param>
    public EventLine(SparseAudioModel model, long length)
    {
        (_model, _segmentSamples) = (model, model.Config.Samples);
        if (length > _segmentSamples) _fade = FallingAt(2 * _segmentSamples - FadeSamples);
        _firstFloor = FallingAt(_segmentSamples);
        _laterFloor = [.. _firstFloor];
        // A segment's noise floor fades out while that of the next one fades in; the code's first begins at once.
        for (var i = 0; i < FadeSamples; i++) _laterFloor[i] = 1 - _firstFloor[_segmentSamples + i];
    }

    /// <summary>The frame at which the next segment begins.</summary>
    public int FirstFrame { get; private set; }

    /// <summary>The sum so far of the next segment.</summary>
    public ReadOnlySpan<float> Next => Segment(0);

    /// <summary>The gain over the next segment of what goes on from before it: the noise floor and events that continue.</summary>
    public float[] CarriedOn => (FirstFrame == 0 ? _firstFloor : _laterFloor)[.._segmentSamples];

    /// <summary>Decodes events of the next segment and of those after it, and adds their sound.</summary>
    /// <exception cref="ArgumentException">Their sound is not finite.</exception>
    public void Add(IReadOnlyList<EventGroup> groups)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var encoding = CodeTensors.ToEncoding(_model, groups);
        var decoded = _model.DecodeSum(encoding, _fade is null ? null : FloorEnvelope(groups));
        var samples = decoded.flatten().cpu().data<float>().ToArray();
        var perGroup = samples.Length / groups.Count;
        for (var row = 0; row < groups.Count; row++)
        {
            var sound = samples.AsSpan(row * perGroup, perGroup);
            if (sound.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            {
                var loudest = groups[row].Events.MaxBy(item => Math.Abs(item.Amplitude * item.Gain))!;
                throw new ArgumentException(
                    $"The events of the segment at frame {groups[row].FirstFrame} decode to infinite sound; the loudest lies at frame "
                        + $"{loudest.Frame}, channel {loudest.Channel}.");
            }

            AddGroup(sound, groups[row]);
        }
    }

    /// <summary>Takes the first samples of the next segment; the one after it is then the next.</summary>
    public float[] Take(int samples)
    {
        FirstFrame += _model.Config.Frames;
        var segment = Segment(0);
        _segments.RemoveAt(0);
        return samples == segment.Length ? segment : segment[..samples];
    }

    private void AddGroup(ReadOnlySpan<float> samples, EventGroup group)
    {
        var first = (group.FirstFrame - FirstFrame) / _model.Config.Frames;
        for (var at = 0; at < samples.Length; at += _segmentSamples)
        {
            var segment = Segment(first + at / _segmentSamples);
            for (var i = 0; i < segment.Length; i++) segment[i] += samples[at + i] * group.Context.Level * (_fade?[at + i] ?? 1);
        }
    }

    private float[] Segment(int index)
    {
        while (_segments.Count <= index) _segments.Add(new float[_segmentSamples]);
        return _segments[index];
    }

    // (groups, 1, samples of two segments): the gain of each group's noise floor.
    private Tensor FloorEnvelope(IReadOnlyList<EventGroup> groups)
    {
        var rows = new float[groups.Count * _firstFloor.Length];
        for (var row = 0; row < groups.Count; row++)
            (groups[row].FirstFrame == 0 ? _firstFloor : _laterFloor).CopyTo(rows, row * _firstFloor.Length);
        return tensor(rows, [groups.Count, 1, _firstFloor.Length], device: CPU).IntoTorchMemory(_model.Device());
    }

    // Two segments long: 1 up to a sample, a raised cosine down to 0 from there, and then 0.
    private float[] FallingAt(int sample)
    {
        var falling = new float[2 * _segmentSamples];
        for (var i = 0; i < falling.Length; i++)
            falling[i] = (float)(0.5 + 0.5 * Math.Cos(Math.PI * Math.Clamp((i + 0.5 - sample) / FadeSamples, 0, 1)));
        return falling;
    }
}
