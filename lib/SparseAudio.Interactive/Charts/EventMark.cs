using SparseAudio.Codec;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Interactive.Charts;

/// <summary>An event as charts and tables show it.</summary>
/// <param name="Seconds">When it begins.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="Amplitude">Its value, times its gain where it has one.</param>
internal sealed record EventMark(double Seconds, int Channel, double Amplitude)
{
    /// <summary>The events of one item of a batch, in the encoding's order.</summary>
    public static IReadOnlyList<EventMark> Of(SparseEncoding encoding, ModelConfig config, int item)
    {
        using var scope = NewDisposeScope();
        var channels = encoding.Channels[item].cpu().data<long>().ToArray();
        var frames = encoding.Frames[item].cpu().data<long>().ToArray();
        var values = encoding.Values[item].detach().cpu().data<float>().ToArray();
        double secondsPerFrame = (double)config.Hop / config.SampleRate;
        return [.. values.Select((value, i) => new EventMark(frames[i] * secondsPerFrame, (int)channels[i], value))];
    }

    /// <summary>The events of a code, by time.</summary>
    public static IReadOnlyList<EventMark> Of(SparseCode code) =>
        [.. code.Events.Select(item => new EventMark(code.SecondsOf(item), item.Channel, item.Amplitude * item.Gain))];
}
