using System.Text.RegularExpressions;
using Xunit;

namespace SparseAudio.Tests;

/// <summary>The order of the library's folders, and the shape of its files.</summary>
public sealed partial class LayoutTests
{
    /// <summary>A file may use what stands before its own folder.</summary>
    private static readonly string[] _order = ["IO", "Audio", "Signal", "Data", "Models", "Losses", "Training", "Codec", "Evaluation"];

    private static readonly string _library = Repository.Path("lib", "SparseAudio");

    [Fact]
    public void No_folder_of_the_library_uses_one_that_stands_below_it()
    {
        var pointingDown =
            from file in Sources(_library)
            let folder = Folder(file)
            where folder != "Packaging"
            from use in Using().Matches(File.ReadAllText(file))
            where Array.IndexOf(_order, use.Groups["folder"].Value) > Array.IndexOf(_order, folder)
            select $"{Path.GetRelativePath(_library, file)} uses {use.Groups["folder"].Value}";

        Assert.Empty(pointingDown);
        Assert.Equal(_order.Append("Packaging").Order(), Sources(_library).Select(Folder).Distinct().Order());
    }

    [Fact]
    public void Every_folder_of_tests_is_named_like_one_of_the_library()
    {
        string[] others = ["Cli", "Devcontainer", "Guards", "Interactive", "Notebooks", "Packages", "Parity", "Tour"];

        Assert.Empty(Directory.GetDirectories(Repository.Path("tests", "SparseAudio.Tests")).Select(path => Path.GetFileName(path)).Except(
            [.. _order, .. others, "bin", "obj"]));
    }

    [Fact]
    public void No_file_is_too_wide_or_too_short_to_read()
    {
        var sources = Sources(Repository.Path("lib")).ToDictionary(file => file, File.ReadAllLines);

        Assert.Empty(sources.Where(source => source.Value.Length < 15).Select(source => source.Key));
        Assert.Empty(sources.SelectMany(source => source.Value.Where(line => line.Length > 150).Select(line => $"{source.Key}: {line}")));
    }

    private static string Folder(string file) => Path.GetRelativePath(_library, file).Split(Path.DirectorySeparatorChar)[0];

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    [GeneratedRegex(@"^using (static )?SparseAudio\.(?<folder>\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
