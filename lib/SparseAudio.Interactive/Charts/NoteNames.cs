using System.Globalization;
using SparseAudio.Codec.Analysis;
using SparseAudio.Interactive.Pictures;
using SparseAudio.Models;

namespace SparseAudio.Interactive.Charts;

/// <summary>Channels as a reader knows them: by the names of notes, in models whose channels are pitches.</summary>
internal static class NoteNames
{
    private const int Octave = 12;

    /// <summary>A channel as a note and in hertz; where it stands for none, its number.</summary>
    public static string Of(ModelConfig config, int channel) => config.HertzOf(channel) is { } hz
        ? string.Create(CultureInfo.InvariantCulture, $"{Pitch.NameOf(hz)}, {Rounded.Significant(hz, 3)} Hz")
        : string.Create(CultureInfo.InvariantCulture, $"channel {channel}");

    /// <summary>Where a channel lies on <see cref="AxisOf"/>.</summary>
    public static double Place(ModelConfig config, int channel) => config.HertzOf(channel) is { } hz ? Pitch.NoteOf(hz) : channel;

    /// <summary>An axis for channels: of pitches with the names of the Cs, or of numbers.</summary>
    public static Axis AxisOf(ModelConfig config) =>
        config.HertzOf(0) is { } lowest && config.HertzOf(config.Channels - 1) is { } highest
            ? new Axis("pitch", Pitch.NoteOf(lowest), Pitch.NoteOf(highest)) { Names = Cs(lowest, highest, Pitch.NoteOf) }
            : new Axis("channel", 0, config.Channels);

    /// <summary>An axis of channels with notes on its other side.</summary>
    public static Axis Beside(Axis channels, ModelConfig config)
    {
        if (config.HertzOf(0) is not { } lowest || config.HertzOf(config.Channels - 1) is not { } highest) return channels;
        double Place(double hz) => channels.Max * Math.Log(hz / lowest) / Math.Log(highest / lowest);
        return channels with { NamesAside = true, Names = Cs(lowest, highest, Place) };
    }

    private static IReadOnlyList<(double At, string Name)> Cs(double lowest, double highest, Func<double, double> place)
    {
        var (first, last) = ((int)Math.Ceiling(Pitch.NoteOf(lowest) / Octave), (int)Math.Floor(Pitch.NoteOf(highest) / Octave));
        return [.. Enumerable.Range(first, last - first + 1).Select(octave => Pitch.HzOf(Octave * octave))
            .Select(hz => (Rounded.Significant(place(hz)), Pitch.NameOf(hz)))];
    }
}
