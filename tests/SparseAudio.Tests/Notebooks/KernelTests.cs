using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace SparseAudio.Tests.Notebooks;

/// <summary>The notebooks in the kernel that readers use, driven by Jupyter; notebooks 02 and 06 run in the browser's test.</summary>
[Collection("jupyter")]
public sealed partial class KernelTests : IDisposable
{
    private readonly Jupyter _jupyter = new();

    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(Repository.Path("notebooks"), "*.ipynb")
        .Select(path => Path.GetFileName(path)).Where(name => !JupyterTests.Notebooks.Contains(name)).Order(StringComparer.Ordinal)];

    [JupyterTheory]
    [MemberData(nameof(Notebooks))]
    public void Every_notebook_runs_without_an_error_and_shows_what_is_committed(string name)
    {
        var committed = Read(_jupyter.Copy(name));

        using var process = _jupyter.Start(
            "nbconvert", "--to", "notebook", "--execute", "--inplace", "--ExecutePreprocessor.timeout=600", "--ExecutePreprocessor.iopub_timeout=60",
            "--ExecutePreprocessor.startup_timeout=300", name);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, error + output.GetAwaiter().GetResult());
        foreach (var (now, then) in Read(Path.Combine(_jupyter.Notebooks, name)).Zip(committed))
            Assert.Equal(Kinds(then), Kinds(now));
    }

    public void Dispose() => _jupyter.Dispose();

    private static List<JsonNode> Read(string path) =>
        [.. JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray().Select(cell => cell!).Where(cell => (string?)cell["cell_type"] == "code")];

    /// <summary>What a cell shows, without the script by which the kernel finds its page in a browser.</summary>
    private static IEnumerable<string> Kinds(JsonNode cell) =>
        cell["outputs"]!.AsArray().Select(output => Kind(output!)).Where(kind => !kind.Contains("dotnet-interactive", StringComparison.Ordinal));

    private static string Kind(JsonNode output)
    {
        var data = output["data"]?.AsObject().Select(entry => entry.Key + Class().Match(Text(entry.Value!)).Value) ?? [];
        return $"{output["output_type"]} {string.Join(' ', data)}";
    }

    private static string Text(JsonNode text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)text!;

    [GeneratedRegex("""<\w+ (class="sa-\w+|id='dotnet-interactive)""")]
    private static partial Regex Class();
}
