using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Data.Notes;
using SparseAudio.Interactive.Pictures;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>Notes as lines from their onset to their offset at their pitch, several lists of them above one another.</summary>
internal static class PianoRoll
{
    private const int Height = 420;

    // The first list lies below the others, so that it shows around them.
    private const double Widest = 9, Narrower = 4, Narrowest = 2;

    public static Figure Draw(string title, IReadOnlyList<(string Name, IReadOnlyList<NoteLabel> Notes)> lists, double seconds)
    {
        var x = new Axis("time (s)", 0, seconds);
        var y = Axis.Around("pitch (MIDI note, 60 is middle C)", lists.SelectMany(list => list.Notes).Select(note => note.Pitch));
        var picture = new SvgPicture(x, y, Height);
        for (var i = 0; i < lists.Count; i++)
        {
            foreach (var (onset, offset, pitch, _, _) in lists[i].Notes)
                picture.Line([(onset, pitch), (Math.Min(seconds, offset), pitch)], Palette.OfSeries(i), width: Width(i));

            picture.Legend(lists[i].Name, Palette.OfSeries(i));
        }

        var chart = Chart.Combine(lists.Select((list, index) => Lines(list.Name, list.Notes, index)))
            .WithXAxisStyle<double, double, string>(TitleText: x.Title, MinMax: Tuple.Create(x.Min, x.Max))
            .WithYAxisStyle<double, double, string>(TitleText: y.Title, MinMax: Tuple.Create(y.Min, y.Max));
        return new Figure(title, chart, picture.DataUri(), Height);
    }

    // One line for a whole list, with a gap after each note: plotly.js draws none to what is not a number.
    private static GenericChart Lines(string name, IReadOnlyList<NoteLabel> notes, int index) => Chart.Scatter<double, double, string>(
        notes.SelectMany(note => new[] { Rounded.Significant(note.OnsetSeconds), Rounded.Significant(note.OffsetSeconds), double.NaN }),
        notes.SelectMany(note => Enumerable.Repeat(note.Pitch, 3)),
        StyleParam.Mode.Lines,
        Name: name,
        LineColor: Color.fromHex(Palette.OfSeries(index)),
        LineWidth: Width(index),
        UseDefaults: false);

    private static double Width(int index) => index == 0 ? Widest : index == 1 ? Narrower : Narrowest;
}
