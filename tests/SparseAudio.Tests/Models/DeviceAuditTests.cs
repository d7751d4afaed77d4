using System.Text.RegularExpressions;
using Xunit;

namespace SparseAudio.Tests.Models;

/// <summary>
/// On a machine without a GPU a tensor on the wrong device goes unnoticed, so the sources are read instead: whatever makes
/// tensors or layers must name a device.
/// </summary>
public sealed partial class DeviceAuditTests
{
    public static TheoryData<string> Libraries => ["SparseAudio", "SparseAudio.Interactive", "SparseAudio.Cli"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_tensor_is_made_without_naming_a_device(string library)
    {
        var files = Directory.GetFiles(Repository.Path("lib", library), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));

        Assert.Empty(files.SelectMany(file => WithoutDevice(File.ReadAllText(file)).Select(call => $"{Path.GetFileName(file)}: {call}")));
    }

    [Theory]
    [InlineData("var x = zeros(2, 3);", 1)]
    [InlineData("var x = torch.arange(n).add(y.device);", 1)]
    [InlineData("layer = Linear(a, (b + 1) * 2, true);", 1)]
    [InlineData("var x = zeros(2, 3, device: y.device);", 0)]
    [InlineData("var x = tensor([.. rows.Select(r => f(r))], [n], device: CPU);", 0)]
    [InlineData("layer = Linear(a, b, true, place);", 0)]
    [InlineData("var x = y.new_zeros(3) + zeros_like(y);", 0)]
    [InlineData("/// <c>zeros(3)</c> makes three.", 0)]
    public void The_audit_finds_what_it_should(string code, int found) => Assert.Equal(found, WithoutDevice(code).Count());

    private static IEnumerable<string> WithoutDevice(string source)
    {
        var code = Comment().Replace(source, "");
        foreach (Match match in Factory().Matches(code))
        {
            var end = match.Index + match.Length;
            for (var depth = 1; depth > 0 && end < code.Length; end++) depth += code[end] switch { '(' => 1, ')' => -1, _ => 0 };
            var call = code[match.Index..end];
            if (!Place().IsMatch(call)) yield return call;
        }
    }

    [GeneratedRegex(
        @"(?<![\w.])(?:torch\.|nn\.|torch\.nn\.)?(?:zeros|ones|full|empty|eye|rand|randn|randint|randperm|arange|linspace|logspace|tensor|as_tensor|from_array|hann_window|hamming_window|Linear|Conv1d|Conv2d|ConvTranspose1d|BatchNorm1d|LayerNorm|Embedding)\(")]
    private static partial Regex Factory();

    [GeneratedRegex(@"(?i)\b(device|place|CPU)\b")]
    private static partial Regex Place();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();
}
