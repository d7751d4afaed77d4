using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Data.Notes;
using SparseAudio.Evaluation;
using SparseAudio.Evaluation.Rates;
using SparseAudio.Interactive.Charts;
using SparseAudio.Interactive.Editor;
using SparseAudio.Interactive.Pictures;
using SparseAudio.Interactive.Players;
using SparseAudio.Interactive.Tables;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Interactive;

/// <summary>What a notebook can show, each as the return value of one call.</summary>
public static class Show
{
    private const int WaveformColumns = 600;

    /// <summary>Players one above the other.</summary>
    /// <param name="clips">The clips; their names are the titles.</param>
    public static PlayerStack Players(params AudioClip[] clips) => new(clips);

    /// <summary>A player for each of many clips.</summary>
    /// <param name="clips">The clips; their names are the titles.</param>
    public static PlayerStack Players(IEnumerable<AudioClip> clips) => new([.. clips]);

    /// <summary>A clip's spectrogram: 2048-sample windows every 256 samples, frequency on a log scale, dB below the loudest.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure Spectrogram(AudioClip clip, string? title = null) => Charts.Spectrogram.Draw(clip, title ?? $"Spectrogram of {clip.Name}");

    /// <summary>A segment's code over time, the largest of every 8 x 8 cells as one, as in the post; zeros are dark.</summary>
    /// <param name="encoding">The code of a batch.</param>
    /// <param name="config">The model's configuration, for the grid.</param>
    /// <param name="item">Which item of the batch.</param>
    /// <param name="title">The figure's title.</param>
    public static Figure Encoding(SparseEncoding encoding, ModelConfig config, int item = 0, string title = "The encoding, max-pooled 8 × 8") =>
        EncodingMap.Draw(title, encoding, config, item);

    /// <summary>Events by time and pitch, or channel where channels have no pitches; the stronger, the larger. Hovering shows each.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="encoding">The code of a batch.</param>
    /// <param name="config">The model's configuration, for the grid.</param>
    /// <param name="item">Which item of the batch.</param>
    public static Figure Events(string title, SparseEncoding encoding, ModelConfig config, int item = 0) =>
        EventScatter.Draw(title, EventMark.Of(encoding, config, item), config, (double)config.Samples / config.SampleRate);

    /// <summary>A code's events by time and pitch, or channel where channels have no pitches; the stronger, the larger.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="code">The code.</param>
    /// <param name="config">The configuration of the model that made it.</param>
    public static Figure Events(string title, SparseCode code, ModelConfig config) =>
        EventScatter.Draw(title, EventMark.Of(code), config, code.DurationSeconds);

    /// <summary>Notes as a piano roll, several lists of them above one another: the true ones, say, and those that were found.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="seconds">How much time it shows, from 0; notes that begin later are left out.</param>
    /// <param name="lists">Name and notes of each list.</param>
    public static Figure PianoRoll(string title, double seconds, params (string Name, IEnumerable<NoteLabel> Notes)[] lists) => Charts.PianoRoll.Draw(
        title, [.. lists.Select(list => (list.Name, (IReadOnlyList<NoteLabel>)[.. list.Notes.Where(note => note.OnsetSeconds < seconds)]))], seconds);

    /// <summary>
    /// A piano roll in which events are heard, moved, muted and copied; the page makes the sound. What was edited is saved from there as a file,
    /// or where the page reaches the kernel, read with <see cref="EditedCode.Last"/>.
    /// </summary>
    /// <param name="code">The code, at most two minutes long.</param>
    /// <param name="model">The model that made it, with events that are notes.</param>
    /// <param name="title">What to call it.</param>
    /// <param name="original">The recording, to compare with.</param>
    public static EventEditor Editor(SparseCode code, SparseAudioModel model, string title = "Events", AudioClip? original = null) =>
        new(code, model, title, original);

    /// <summary>The first events of a batch's first item, each with a player for its sound alone.</summary>
    /// <param name="title">The table's title.</param>
    /// <param name="encoding">The code of a batch.</param>
    /// <param name="sounds">(batch, events, samples): the decoded events.</param>
    /// <param name="config">The model's configuration, for the grid.</param>
    /// <param name="rows">How many events to show.</param>
    public static DataTable EventTable(string title, SparseEncoding encoding, Tensor sounds, ModelConfig config, int rows = 10) =>
        Tables.EventTable.Of(title, EventMark.Of(encoding, config, item: 0), index => sounds[0, index].ToClip(config.SampleRate), config, rows);

    /// <summary>A grid of values as colours, the least darkest.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="values">(rows, columns), row 0 at the bottom.</param>
    /// <param name="x">Title and outer ends of the columns' axis.</param>
    /// <param name="y">Title and outer ends of the rows' axis.</param>
    public static Figure HeatMap(string title, float[,] values, (string Title, double From, double To) x, (string Title, double From, double To) y) =>
        Charts.HeatMap.Draw(title, values, new Axis(x.Title, x.From, x.To), new Axis(y.Title, y.From, y.To), ColorRamp.Even);

    /// <summary>The waveforms of several clips over one time axis.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="clips">The clips, the first one drawn first; their names go into the legend.</param>
    public static Figure Waveforms(string title, params AudioClip[] clips) =>
        LineChart.Draw(
            title, [.. clips.Select((clip, index) => new LineChart.Series(clip.Name, Outline(clip), index == 0 ? 1 : 0.7))], "time (s)", "sample");

    /// <summary>Values by step, on a log scale where all are positive.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="curves">Each curve's name and its values, one a step, the first at step 1.</param>
    public static Figure Losses(string title, params (string Name, IReadOnlyList<double> Values)[] curves) => LineChart.Draw(
        title,
        [.. curves.Select(curve => new LineChart.Series(curve.Name, [.. curve.Values.Select((value, index) => (index + 1.0, value))]))],
        "step",
        "loss",
        isLog: curves.SelectMany(curve => curve.Values).All(value => value > 0));

    /// <summary>Lines through points.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="xTitle">What the horizontal axis measures.</param>
    /// <param name="yTitle">What the vertical axis measures.</param>
    /// <param name="curves">Each curve's name and points.</param>
    public static Figure Curves(string title, string xTitle, string yTitle,
        params (string Name, IReadOnlyList<(double X, double Y)> Points)[] curves) =>
        LineChart.Draw(title, [.. curves.Select(curve => new LineChart.Series(curve.Name, curve.Points))], xTitle, yTitle);

    /// <summary>A measure of several coders by bit rate; whiskers are 95 % intervals by recording.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="yTitle">What the vertical axis measures.</param>
    /// <param name="records">What was measured, see <see cref="RateReport.Read"/>.</param>
    /// <param name="measure">mr, mel or visqol.</param>
    public static Figure Rates(string title, string yTitle, IReadOnlyList<RateRecord> records, string measure) => LineChart.Draw(
        title,
        [.. RatePoint.Of(records).GroupBy(point => point.System).Select(system => new LineChart.Series(
            system.Key,
            [.. system.Select(point => (point.KilobitsPerSecond, point.Values[measure].Mean))],
            Intervals: [.. system.Select(point => (point.Values[measure].Low, point.Values[measure].High))]))],
        "kbit/s",
        yTitle);

    /// <summary>Bars side by side.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="yTitle">What the bars measure.</param>
    /// <param name="bars">Each bar's name and value.</param>
    public static Figure Bars(string title, string yTitle, params (string Name, double Value)[] bars) => BarChart.Draw(title, bars, yTitle);

    /// <summary>Bars from left to right, the first at the top, each with the interval of its mean as a line.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="xTitle">What the bars measure.</param>
    /// <param name="bars">Each bar's name and value.</param>
    /// <param name="highlight">Bars whose names begin so get a colour of their own.</param>
    public static Figure Intervals(string title, string xTitle, IEnumerable<(string Name, BootstrapInterval Value)> bars, string? highlight = null) =>
        IntervalChart.Draw(title, xTitle, [.. bars], name => highlight is not null && name.StartsWith(highlight, StringComparison.Ordinal));

    /// <summary>What was measured of several systems, a row each; intervals are given as half their width.</summary>
    /// <param name="title">The table's title.</param>
    /// <param name="summaries">A summary of each system.</param>
    public static DataTable Evaluation(string title, IEnumerable<EvaluationSummary> summaries) => Tables.EvaluationTable.Of(title, [.. summaries]);

    /// <summary>A table.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="columns">The columns' titles.</param>
    /// <param name="rows">
    /// The rows' cells; numbers are aligned right and rounded to four digits, intervals become a mean ± half their width, clips become
    /// players.
    /// </param>
    public static DataTable Table(string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object>> rows) =>
        new(title, columns, [.. rows]);

    private static List<(double X, double Y)> Outline(AudioClip clip)
    {
        var secondsPerColumn = clip.DurationSeconds / Math.Min(WaveformColumns, Math.Max(1, clip.Samples.Length));
        return [.. WaveformOutline.Columns(clip.Samples, WaveformColumns)
            .SelectMany(
                (column, index) => new[] { (index * secondsPerColumn, (double)column.Low), ((index + 0.5) * secondsPerColumn, column.High) })];
    }
}
