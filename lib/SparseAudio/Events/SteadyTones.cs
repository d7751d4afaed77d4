using SparseAudio.Model;
using static TorchSharp.torch;

namespace SparseAudio.Events;

/// <summary>
/// What a model sounds steadily beneath the events of a long code. It belongs to segments, not to moments, so it is taken out
/// of the events' windows and laid beneath each segment once, passing over from one to the next.
/// </summary>
internal sealed class SteadyTones(SparseAudioModel model, SparseCode code)
{
    private const int PassingSamples = 2048;
    private readonly Dictionary<int, float[]> _ofContext = [];
    private float[]? _before;
    private int _next;

    /// <summary>Adds the tone of the segment that begins at <paramref name="firstFrame"/>; segments come in order.</summary>
    public void AddSegment(float[] sum, int firstFrame)
    {
        if (model.Pitched is null) return;
        _ofContext.Clear();
        var tone = new float[sum.Length];
        for (; _next < code.Events.Length && code.Events[_next].Frame < firstFrame + code.Layout.SegmentFrames; _next++)
        {
            var item = code.Events[_next];
            AddScaled(tone, Of(item.Context), item.Gain * code.LevelOf(item));
        }

        // All tones are made of one noise, so passing over is a change of its colour and no doubling.
        var before = _before ?? tone;
        for (var i = 0; i < sum.Length; i++)
        {
            var share = Math.Min(1, (i + 0.5f) / PassingSamples);
            sum[i] += tone[i] * share + before[i] * (1 - share);
        }

        _before = tone;
    }

    /// <summary>Takes the share of some events of one context out of their sound.</summary>
    public void Remove(float[] samples, SoundEvent[] events)
    {
        if (model.Pitched is not null) AddScaled(samples, Of(events[0].Context), -events.Sum(e => e.Gain));
    }

    // The share of one event.
    private float[] Of(int context)
    {
        if (_ofContext.TryGetValue(context, out var known)) return known;
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var tone = model.SteadyTone(CodeTensors.ContextOf(model, code.Contexts[context]))!;
        return _ofContext[context] = (tone / model.Config.Events).flatten().cpu().data<float>().ToArray();
    }

    private static void AddScaled(float[] sum, float[] tone, float factor)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += tone[i] * factor;
    }
}
