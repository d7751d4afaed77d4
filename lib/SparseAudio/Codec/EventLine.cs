using SparseAudio.Codec.Format;
using SparseAudio.Data;
using SparseAudio.Models;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>
/// The time line on which the events of a code sound, from the segment that is next on. Every event is heard until the end of
/// the segment after its own, where it fades out; only a code of a single segment ends as the model ends it.
/// </summary>
internal sealed class EventLine
{
    private const int FadeSamples = 2048;
    private readonly SparseAudioModel _model;
    private readonly int _segmentSamples;
    private readonly List<float[]> _segments = [];
    private readonly float[]? _fade;
    private readonly float[] _firstSteady;
    private readonly float[] _laterSteady;

    /// <summary>An empty line.</summary>
    /// <param name="model">Plays the events.</param>
    /// <param name="length">Samples of the code.</param>
    public EventLine(SparseAudioModel model, long length)
    {
        (_model, _segmentSamples) = (model, model.Config.Samples);
        if (length > _segmentSamples) _fade = FallingAt(2 * _segmentSamples - FadeSamples);
        _firstSteady = FallingAt(_segmentSamples);
        _laterSteady = [.. _firstSteady];
        // A segment's steady tone passes over to that of the next one; the code's first begins at once.
        for (var i = 0; i < FadeSamples; i++) _laterSteady[i] = 1 - _firstSteady[_segmentSamples + i];
    }

    /// <summary>The frame at which the next segment begins.</summary>
    public int FirstFrame { get; private set; }

    /// <summary>What already sounds in the next segment.</summary>
    public ReadOnlySpan<float> Next => Segment(0);

    /// <summary>Plays events of the next segment and of those after it.</summary>
    public void Add(IReadOnlyList<EventGroup> groups)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var encoding = CodeTensors.ToEncoding(_model, groups);
        var played = _model.DecodeSum(encoding, _fade is null ? null : Steady(groups));
        var samples = played.flatten().cpu().data<float>().ToArray();
        var perGroup = samples.Length / groups.Count;
        for (var row = 0; row < groups.Count; row++)
            AddGroup(samples.AsSpan(row * perGroup, perGroup), groups[row]);
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

    private Tensor Steady(IReadOnlyList<EventGroup> groups)
    {
        var rows = new float[groups.Count * _firstSteady.Length];
        for (var row = 0; row < groups.Count; row++)
            (groups[row].FirstFrame == 0 ? _firstSteady : _laterSteady).CopyTo(rows, row * _firstSteady.Length);
        return tensor(rows, [groups.Count, 1, _firstSteady.Length], device: CPU).IntoTorchMemory(_model.Device());
    }

    // Two segments long: 1 until a place, from there falling to 0, and then 0.
    private float[] FallingAt(int place)
    {
        var falling = new float[2 * _segmentSamples];
        for (var i = 0; i < falling.Length; i++)
            falling[i] = (float)(0.5 + 0.5 * Math.Cos(Math.PI * Math.Clamp((i + 0.5 - place) / FadeSamples, 0, 1)));
        return falling;
    }
}
