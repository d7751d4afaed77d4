using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace SparseAudio.Tests.Notebooks;

public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Cells_run_in_order_in_one_session_and_their_outputs_are_written_back()
    {
        var path = Write("var x = 3;\nConsole.WriteLine($\"x is {x}\");", "x + 1");

        Assert.Equal(0, Run("run", path, "--write").ExitCode);

        var cells = JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray();
        Assert.Equal("x is 3\n", (string?)cells[0]!["outputs"]![0]!["text"]![0]);
        Assert.Contains("4", Shown(cells[1]!)[0]);
        Assert.Equal(2, (int?)cells[1]!["execution_count"]);
    }

    [Theory]
    [InlineData("using Microsoft.DotNet.Interactive;\nKernelInvocationContext.Current.Display((object)\"first\").Update(\"second\");", "second")]
    [InlineData("\"first\".Display().Update(\"second\");", "first", "second")]
    public void An_update_replaces_what_it_belongs_to_and_else_stands_alone(string code, params string[] expected)
    {
        var path = Write(code);
        Run("run", path, "--write");

        Assert.Equal(expected, Shown(JsonNode.Parse(File.ReadAllText(path))!["cells"]![0]!));
    }

    [Fact]
    public void Running_again_changes_no_byte()
    {
        var path = Write("1 + 1", "\"ä < ö\"");
        Run("run", path, "--write");
        var first = File.ReadAllBytes(path);

        Run("run", path, "--write");

        Assert.Equal(first, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("int y = 1;\nint z = y.Foo();", "cell 2, line 2: int z = y.Foo();", "CS1061")]
    [InlineData("int y = 0;\n\nint z = 1 / y;", "cell 2, line 3: int z = 1 / y;", "DivideByZeroException")]
    [InlineData("throw new InvalidOperationException(\"on purpose\");", "cell 2, line 1", "InvalidOperationException: on purpose")]
    public void The_first_failing_cell_stops_the_run_and_is_named_with_its_line(string code, string place, string reason)
    {
        var path = Write("Console.WriteLine(1);", code, "File.WriteAllText(\"reached\", \"\");");
        var before = File.ReadAllText(path);

        var (exitCode, _, error) = Run("run", path, "--write");

        Assert.Equal(1, exitCode);
        // The package's kernel compiles cells without the lines that an exception could name.
        Assert.Contains(reason.StartsWith("CS", StringComparison.Ordinal) ? place : "cell 2: ", error);
        Assert.Contains(reason, error);
        Assert.Equal(before, File.ReadAllText(path));
        Assert.False(File.Exists(_folder.File("reached")));
    }

    [Fact]
    public void The_check_fails_where_an_output_is_missing_and_writes_nothing()
    {
        var path = Write("1 + 1");
        var before = File.ReadAllText(path);

        var (exitCode, _, error) = Run("run", path, "--check");

        Assert.Equal(1, exitCode);
        Assert.Contains("cell 1 is committed without its output", error);
        Assert.Equal(before, File.ReadAllText(path));

        Run("run", path, "--write");
        Assert.Equal(0, Run("run", path, "--check").ExitCode);
    }

    [Theory]
    [InlineData("{ \"cells\": [", "JSON breaks off")]
    [InlineData("{ \"worksheets\": [] }", "not a notebook of nbformat 4")]
    public void A_file_that_is_no_notebook_is_named_in_one_line(string content, string reason)
    {
        var path = _folder.File("broken.ipynb");
        File.WriteAllText(path, content);

        var (exitCode, _, error) = Run("run", path);

        Assert.Equal(1, exitCode);
        Assert.Contains("broken.ipynb", error);
        Assert.Contains(reason, error);
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public void A_missing_notebook_and_an_empty_folder_are_named()
    {
        Assert.Contains("nowhere.ipynb: no such notebook", Run("run", _folder.File("nowhere.ipynb")).Error);
        Assert.Contains("no notebooks in", Run("run", _folder.Path).Error);
    }

    [Fact]
    public void The_page_holds_prose_code_and_outputs_and_refers_to_nothing_outside()
    {
        var path = Write("// a comment\n\"an <output>\"");
        var page = _folder.File("page.html");
        Run("run", path, "--write");

        Assert.Equal(0, Run("page", page, path).ExitCode);

        var html = File.ReadAllText(page);
        Assert.Contains("<h2>A test notebook</h2>", html);
        Assert.Contains("<span class=\"comment\">// a comment</span>", html);
        Assert.Contains("an &lt;output&gt;", html);
        Assert.DoesNotContain("<script src", html);
        Assert.DoesNotContain("<link rel=\"stylesheet\"", html);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(params string[] codeCells)
    {
        var cells = new JsonArray(
            [.. codeCells.Select((code, index) => Cell("code", $"c{index}", code)), Cell("markdown", "title", "# A test notebook")]);
        var path = _folder.File("test.ipynb");
        File.WriteAllText(
            path, new JsonObject { ["cells"] = cells, ["metadata"] = new JsonObject(), ["nbformat"] = 4, ["nbformat_minor"] = 5 }.ToJsonString());
        return path;
    }

    /// <summary>What a cell's outputs say, one text each.</summary>
    private static string[] Shown(JsonNode cell) =>
        [.. cell["outputs"]!.AsArray().Select(
            output => string.Concat(output!["data"]!.AsObject().First().Value!.AsArray().Select(line => (string?)line)))];

    private static JsonObject Cell(string type, string id, string source)
    {
        var cell = new JsonObject { ["cell_type"] = type, ["id"] = id, ["metadata"] = new JsonObject(), ["source"] = source };
        if (type == "code")
        {
            cell["outputs"] = new JsonArray();
            cell["execution_count"] = null;
        }

        return cell;
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "NotebookRunner.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
