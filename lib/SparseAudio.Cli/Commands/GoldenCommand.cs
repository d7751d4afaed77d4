using System.CommandLine;
using System.Globalization;
using SparseAudio.Evaluation;
using Spectre.Console;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio golden DIR</c>: does the model compute what the original program computed?</summary>
internal static class GoldenCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of reference values: index.json and .npy files." };
        var misses = new Option<bool>("--misses") { Description = "List only what is out of tolerance." };
        var command = new CliCommand(
            "golden",
            "Compare the published model with reference values from the original program.",
            "sparseaudio golden tests/SparseAudio.Tests/golden")
        {
            folder,
            misses,
        };
        command.Runs(invocation =>
        {
            var rows = GoldenCheck.Run(invocation.Value(folder)!);
            var shown = rows.Where(row => !row.Ok || !invocation.Value(misses)).ToArray();
            if (shown.Length > 0) invocation.Out.Write(Table(shown));
            var missed = rows.Count(row => !row.Ok);
            invocation.Out.WriteLine($"{rows.Count - missed} of {rows.Count} entries within tolerance");
            return missed == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static Table Table(IEnumerable<GoldenRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("entry", "measure", "error", "tolerance", "");
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Entry), Markup.Escape(row.Measure), Number(row.Error), Number(row.Tolerance), row.Ok ? "ok" : "MISS");
        return table;
    }

    private static string Number(double value) => value.ToString("0.##E+0", CultureInfo.InvariantCulture);
}
