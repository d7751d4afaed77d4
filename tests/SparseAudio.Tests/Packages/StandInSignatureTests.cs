using System.Reflection;
using Xunit;

namespace SparseAudio.Tests.Packages;

public sealed class StandInSignatureTests
{
    public static TheoryData<string> Names => [.. StandIns.Names];

    [StandInTheory]
    [MemberData(nameof(Names))]
    public void Every_public_member_of_a_stand_in_is_one_of_the_package(string name)
    {
        var list = SignatureList.Read(StandIns.ListFile(name));

        var strangers = PublicSignatures.Of(Assembly.LoadFrom(StandIns.AssemblyFile(name))).Where(line => !list.Allows(line)).ToList();

        Assert.True(strangers.Count == 0, $"{name} has no such members:\n{string.Join('\n', strangers)}");
    }

    [StandInTheory]
    [MemberData(nameof(Names))]
    public void A_stand_in_asks_of_type_parameters_what_the_package_asks(string name)
    {
        var strangers = TypeParameters.Strange(Assembly.LoadFrom(StandIns.AssemblyFile(name)), TypeParameters.OfPackages()).ToList();

        Assert.True(strangers.Count == 0, $"{name} has other constraints; zcat tests/SparseAudio.Tests/api/constraints.txt.gz shows them:\n{string.Join('\n', strangers)}");
    }

    [Fact]
    public void Constraints_that_differ_or_are_missing_are_found()
    {
        const string First = "SparseAudio.Tests.Packages.Constrained.First<T> where T : IDisposable, new()", Second = "SparseAudio.Tests.Packages.Constrained.Second<T>";
        IEnumerable<string> Strange(params string[] lines) =>
            TypeParameters.Strange(typeof(Constrained).Assembly, lines.ToHashSet()).Where(line => line.Contains("Constrained", StringComparison.Ordinal));

        Assert.Empty(Strange(First));
        Assert.Equal([First], Strange());
        Assert.Equal([First], Strange(First.Replace("IDisposable, ", "", StringComparison.Ordinal)));
        Assert.Equal([Second], Strange(First, Second + " where T : struct"));
    }

    [StandInFact]
    public void Every_project_of_a_stand_in_has_a_list() =>
        Assert.All(
            Directory.GetFiles(Repository.Path("lib", "fallback"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension),
            name => Assert.True(name == "PackageProbe" || File.Exists(StandIns.ListFile(name!)), $"tests/SparseAudio.Tests/api has no {name}.txt.gz"));

    [Theory]
    [InlineData("N.C.F(int a, int b = 1) -> void", true)]
    [InlineData("N.C.F(int a) -> void", true)]
    [InlineData("N.C.F(int b = 1) -> void", false)]
    [InlineData("N.C.F(int a, int b = 2) -> void", false)]
    [InlineData("N.C.F(int a, int c = 1) -> void", false)]
    [InlineData("N.C.F(int a) -> int", false)]
    [InlineData("N.C.G(int a) -> void", false)]
    [InlineData("N.C.new(Dictionary<string,int> map)", true)]
    public void Optional_parameters_may_be_left_out_and_nothing_else_may_differ(string line, bool allowed) =>
        Assert.Equal(
            allowed,
            SignatureList.Of("N.C.F(int a, int b = 1) -> void", "N.C.new(Dictionary<string,int> map, bool copy = false)").Allows(line));

    [Fact]
    public void Signatures_are_written_as_the_lists_have_them() =>
        Assert.Equal(
            [
                "SparseAudio.Tests.Packages.Sample  [abstract class]",
                "SparseAudio.Tests.Packages.Sample.Count { get; } -> int?  static",
                "SparseAudio.Tests.Packages.Sample.Fill<T>(out ref float[] a, ref List<T> b, string c = \"x\", bool d = true) -> void  abstract  protected",
                "SparseAudio.Tests.Packages.Sample.new()",
            ],
            PublicSignatures.Of(typeof(Sample).Assembly).Where(line => line.Contains("Packages.Sample", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
}

/// <summary>Two methods, of which one asks something of its type parameter.</summary>
public static class Constrained
{
    public static void First<T>() where T : IDisposable, new() => new T().Dispose();

    public static void Second<T>(T value) => GC.KeepAlive(value);
}

/// <summary>A type with something of everything that the lists write in a way of their own.</summary>
public abstract class Sample
{
    public static int? Count => null;

    protected abstract void Fill<T>(out float[] a, ref List<T> b, string c = "x", bool d = true);
}
