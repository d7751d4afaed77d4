using System.Globalization;
using SparseAudio.Models;
using SparseAudio.Parity;
using Spectre.Console;

const string usage = """
    usage: ./workbook golden DIR [--misses] [--device DEVICE]

    Compares the published model with reference values from the original program.
      DIR        a folder of reference values: index.json and .npy files
      --misses   list only what is out of tolerance
      --device   where to compute: auto, cpu (the default), cuda or cuda:N

    example: ./workbook golden tests/SparseAudio.Parity/golden
    """;

var rest = args.ToList();
var onlyMisses = rest.Remove("--misses");
var place = Take(rest, "--device") ?? "cpu";
if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Out.WriteLine(usage);
    return 0;
}

if (rest is not [var folder] || folder.StartsWith('-'))
{
    Console.Error.WriteLine(usage);
    return 2;
}

try
{
    var device = DeviceChoice.From(place).Device;
    var rows = GoldenCheck.Run(folder, device);
    var shown = rows.Where(row => !row.Ok || !onlyMisses).ToArray();
    if (shown.Length > 0)
        AnsiConsole.Write(Table(shown));

    var missed = rows.Count(row => !row.Ok);
    Console.Out.WriteLine($"{rows.Count - missed} of {rows.Count} entries within tolerance, computed on {device}");
    return missed == 0 ? 0 : 1;
}
catch (Exception error) when (error is GoldenException or DeviceException or TorchLibraryException)
{
    Console.Error.WriteLine($"golden: error: {error.Message}");
    return 1;
}

static Table Table(IEnumerable<GoldenRow> rows)
{
    var table = new Table().Border(TableBorder.Simple).AddColumns("entry", "measure", "error", "tolerance", "");
    foreach (var row in rows)
        table.AddRow(Markup.Escape(row.Entry), Markup.Escape(row.Measure), Number(row.Error), Number(row.Tolerance), row.Ok ? "ok" : "MISS");

    return table;
}

static string Number(double value) => value.ToString("0.##E+0", CultureInfo.InvariantCulture);

static string? Take(List<string> arguments, string option)
{
    var at = arguments.IndexOf(option);
    if (at < 0 || at + 1 == arguments.Count) return null;
    var value = arguments[at + 1];
    arguments.RemoveRange(at, 2);
    return value;
}
