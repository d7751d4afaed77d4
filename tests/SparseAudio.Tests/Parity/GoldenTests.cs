using System.Text.Json.Nodes;
using SparseAudio.Parity;
using SparseAudio.Tests.Cli;
using Xunit;

namespace SparseAudio.Tests.Parity;

/// <summary>Everything in the golden folder, computed once.</summary>
public sealed class GoldenFixture
{
    public GoldenFixture()
    {
        var rows = GoldenCheck.Run(GoldenTests.Folder);
        Rows = rows.ToDictionary(row => row.Entry);
    }

    public IReadOnlyDictionary<string, GoldenRow> Rows { get; }
}

[Collection("torch")]
public sealed class GoldenTests(GoldenFixture fixture) : IClassFixture<GoldenFixture>
{
    public static string Folder => Repository.Path("tests", "SparseAudio.Parity", "golden");

    public static TheoryData<string> Entries => [.. GoldenCheck.Entries(Folder)];

    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_reference_value_is_met(string entry)
    {
        Assert.True(fixture.Rows.TryGetValue(entry, out var row), $"{entry} was not computed");
        Assert.True(row.Ok, $"{row.Measure} of {entry} is off by {row.Error:g3}, tolerance {row.Tolerance:g3}");
    }

    [Fact]
    public void The_check_notices_a_wrong_reference_value()
    {
        var right = new GoldenRow("a", "element", 1, 2);
        Assert.True(right.Ok);
        Assert.False((right with { Error = 3 }).Ok);
        Assert.False((right with { Error = double.NaN }).Ok);
        Assert.Equal("norm", GoldenRow.Worst("a", [("element", 1, 2), ("norm", 0.3, 0.1)]).Measure);
    }
}

[Collection("torch")]
public sealed class GoldenNearTieTests
{
    [Fact]
    public void A_near_tie_ends_the_comparison_of_steps_and_still_every_entry_has_a_row()
    {
        using var folder = GoldenFolderTests.Copied();
        var index = JsonNode.Parse(File.ReadAllText(folder.File("index.json")))!;
        index["adam"]!["topk_indices_per_step"]![1]![0]![0] = -1;
        File.WriteAllText(folder.File("index.json"), index.ToJsonString());

        var rows = GoldenCheck.Run(folder.Path).ToDictionary(row => row.Entry);

        Assert.All(GoldenCheck.Entries(folder.Path), entry => Assert.True(rows[entry].Ok, entry));
        Assert.Contains("not compared", rows["adam.cells.3"].Measure);
    }
}

public sealed class GoldenFolderTests
{
    [Fact]
    public void A_missing_file_is_one_line_that_names_it()
    {
        using var folder = Copied();
        File.Delete(folder.File("impulses.npy"));

        var result = Run(folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("impulses.npy", Assert.Single(result.Error.Trim().Split('\n')));
    }

    [Fact]
    public void A_missing_folder_is_one_line_that_names_it()
    {
        var result = Run("no-such-folder");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no-such-folder", Assert.Single(result.Error.Trim().Split('\n')));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"_doc": {"salt": "s"}, "tensors": 3}""")]
    public void An_index_of_something_else_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write("index.json", System.Text.Encoding.UTF8.GetBytes(text));

        var problem = Assert.Throws<GoldenException>(() => GoldenCheck.Run(folder.Path));
        Assert.Contains("index.json", problem.Message);
    }

    [Fact]
    public void The_hash_agrees_with_the_worked_examples()
    {
        var hash = new GoldenHash("s14:");

        Assert.Equal(0xe6183374f19016c4UL, hash.State("encoder.proj.weight"));
        Assert.Equal(-0.49300622940063477, hash.Signed("encoder.proj.weight", 0));
        Assert.Equal(0.42094433307647705, hash.Signed("noise", 123456));
    }

    private static CliProcess.Result Run(string folder) => CliProcess.Run([folder], executable: CliProcess.ExecutableOf("SparseAudio.Parity"));

    internal static TemporaryFolder Copied()
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(GoldenTests.Folder)) File.Copy(file, copy.File(Path.GetFileName(file)));
        return copy;
    }
}
