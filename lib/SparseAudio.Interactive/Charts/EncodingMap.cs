using SparseAudio.Interactive.Pictures;
using SparseAudio.Model;
using static TorchSharp.torch;

namespace SparseAudio.Interactive.Charts;

/// <summary>The dense code of a segment, the largest of every 8 x 8 cells, as in the post: one event would be too small to see.</summary>
internal static class EncodingMap
{
    private const int Pool = 8;

    public static Figure Draw(string title, SparseEncoding encoding, ModelConfig config, int item)
    {
        var seconds = (double)config.Samples / config.SampleRate;
        return HeatMap.Draw(title, Grid(encoding, config, item), new Axis("time (s)", 0, seconds), new Axis("atom", 0, config.Channels), height: 420);
    }

    /// <summary>(channels / 8, frames / 8)</summary>
    internal static float[,] Grid(SparseEncoding encoding, ModelConfig config, int item)
    {
        using var scope = NewDisposeScope();
        var channels = encoding.Channels[item].cpu().data<long>().ToArray();
        var frames = encoding.Frames[item].cpu().data<long>().ToArray();
        var values = encoding.Values[item].detach().cpu().data<float>().ToArray();
        var grid = new float[(config.Channels + Pool - 1) / Pool, (config.Frames + Pool - 1) / Pool];
        for (int i = 0; i < values.Length; i++)
        {
            ref float cell = ref grid[channels[i] / Pool, frames[i] / Pool];
            cell = Math.Max(cell, values[i]);
        }

        return grid;
    }
}
