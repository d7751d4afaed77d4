using SparseAudio.Interactive.Pictures;
using SparseAudio.Models;

namespace SparseAudio.Interactive.Charts;

/// <summary>The dense code of a segment, the largest of every 8 x 8 cells, as in the post: one event would be too small to see.</summary>
internal static class EncodingMap
{
    private const int Pool = 8, Height = 620;

    public static Figure Draw(string title, SparseEncoding encoding, ModelConfig config, int item)
    {
        double seconds = (double)config.Samples / config.SampleRate;
        return HeatMap.Draw(title, Grid(EventMark.Of(encoding, config, item), config), new Axis("time (s)", 0, seconds), new Axis("channel", 0, config.Channels), ColorRamp.Sparse, Height);
    }

    /// <summary>(channels / 8, frames / 8)</summary>
    internal static float[,] Grid(IEnumerable<EventMark> events, ModelConfig config)
    {
        var grid = new float[(config.Channels + Pool - 1) / Pool, (config.Frames + Pool - 1) / Pool];
        double framesPerSecond = (double)config.SampleRate / config.Hop;
        foreach (var mark in events)
        {
            ref float cell = ref grid[mark.Channel / Pool, (int)Math.Round(mark.Seconds * framesPerSecond) / Pool];
            cell = Math.Max(cell, (float)mark.Amplitude);
        }

        return grid;
    }
}
