using System.Globalization;
using SparseAudio.Parity;
using Spectre.Console;

const string usage = """
    usage: ./workbook golden DIR [--misses]

    Compares the published model with reference values from the original program.
      DIR        a folder of reference values: index.json and .npy files
      --misses   list only what is out of tolerance

    example: ./workbook golden tests/SparseAudio.Parity/golden
    """;

var onlyMisses = args.Contains("--misses");
var folders = args.Where(argument => argument != "--misses").ToArray();
if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Out.WriteLine(usage);
    return 0;
}

if (folders is not [var folder] || folder.StartsWith('-'))
{
    Console.Error.WriteLine(usage);
    return 2;
}

try
{
    var rows = GoldenCheck.Run(folder);
    var shown = rows.Where(row => !row.Ok || !onlyMisses).ToArray();
    if (shown.Length > 0)
    {
        AnsiConsole.Write(Table(shown));
    }

    var missed = rows.Count(row => !row.Ok);
    Console.Out.WriteLine($"{rows.Count - missed} of {rows.Count} entries within tolerance");
    return missed == 0 ? 0 : 1;
}
catch (GoldenException error)
{
    Console.Error.WriteLine($"golden: error: {error.Message}");
    return 1;
}

static Table Table(IEnumerable<GoldenRow> rows)
{
    var table = new Table().Border(TableBorder.Simple).AddColumns("entry", "measure", "error", "tolerance", "");
    foreach (var row in rows)
    {
        table.AddRow(Markup.Escape(row.Entry), Markup.Escape(row.Measure), Number(row.Error), Number(row.Tolerance), row.Ok ? "ok" : "MISS");
    }

    return table;
}

static string Number(double value) => value.ToString("0.##E+0", CultureInfo.InvariantCulture);
