using System.Text.Json;
using System.Xml.Linq;
using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>What the project files ask NuGet for.</summary>
public sealed class PackageReferenceTests
{
    private static readonly string[] _files =
    [
        .. Directory.GetFiles(Repository.Root, "Directory.*.props"),
        .. Directory.GetFiles(Repository.Root, "Directory.*.targets"),
        .. new[] { "lib", "tests" }.SelectMany(folder => Directory.GetFiles(Repository.Path(folder), "*.csproj", SearchOption.AllDirectories)),
        .. Directory.GetFiles(Repository.Path("lib", "SparseAudio", "Packaging"), "*.targets"),
    ];

    [Fact]
    public void CUDA_is_only_asked_for_where_the_device_says_so()
    {
        var references = Elements("PackageReference").Where(element => Id(element).Contains("cuda", StringComparison.OrdinalIgnoreCase)).ToList();

        Assert.Equal("TorchSharp-cuda-linux", Id(Assert.Single(references)));
        Assert.Equal("'$(TorchDevice)' == 'cuda'", (string?)references[0].Attribute("Condition"));
        var device = Assert.Single(Elements("TorchDevice"));
        Assert.Equal(("cpu", "'$(TorchDevice)' == ''"), (device.Value, (string?)device.Attribute("Condition")));
    }

    [Fact]
    public void Nothing_asks_for_the_libraries_of_all_systems_at_once() => Assert.DoesNotContain(
        Elements("PackageReference").Concat(Elements("PackageVersion")),
        element => Id(element) is "TorchSharp-cpu" or "libtorch-cpu");

    [Theory]
    [InlineData("cpu", "libtorch-cpu-")]
    [InlineData("cuda", "TorchSharp-cuda-")]
    public void A_device_brings_one_package_of_libtorch(string device, string package)
    {
        var said = DotnetCommand.Run(Repository.Root, "msbuild", "lib/SparseAudio", "-getItem:PackageReference", $"-p:TorchDevice={device}");

        var asked = JsonDocument.Parse(said).RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!);
        Assert.StartsWith(package, Assert.Single(asked, id => id.Contains("libtorch-") || id.Contains("TorchSharp-")));
    }

    [Fact]
    public void A_version_other_than_the_one_asked_for_is_an_error()
    {
        Assert.Equal("true", Assert.Single(Elements("TreatWarningsAsErrors")).Value);
        var excused = new[] { "NoWarn", "WarningsNotAsErrors", "MSBuildWarningsAsMessages", "MSBuildWarningsNotAsErrors" };
        Assert.DoesNotContain(
            _files.SelectMany(file => XDocument.Load(file).Descendants()),
            element => (excused.Contains(element.Name.LocalName) && element.Value.Contains("NU1603"))
                || element.Attributes().Any(attribute => excused.Contains(attribute.Name.LocalName) && attribute.Value.Contains("NU1603")));
    }

    [Fact]
    public void Every_package_is_restored_in_its_pinned_version()
    {
        var pinned = Elements("PackageVersion").ToDictionary(Id, element => (string)element.Attribute("Version")!, StringComparer.OrdinalIgnoreCase);
        var restored = JsonDocument.Parse(File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "obj", "project.assets.json")))
            .RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')).ToList();

        Assert.All(restored.Where(library => pinned.ContainsKey(library[0])), library => Assert.Equal(pinned[library[0]], library[1]));
        Assert.All(["System.Reactive", "Microsoft.AspNetCore.Html.Abstractions"], id => Assert.Contains(restored, library => library[0] == id));
    }

    private static IEnumerable<XElement> Elements(string name) => _files.SelectMany(file => XDocument.Load(file).Descendants(name));

    private static string Id(XElement element) => (string?)element.Attribute("Include") ?? "";
}
