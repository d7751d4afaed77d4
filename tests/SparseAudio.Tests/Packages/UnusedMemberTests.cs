using Xunit;

namespace SparseAudio.Tests.Packages;

public sealed class UnusedMemberTests
{
    private static readonly string[] Own = ["SparseAudio", "SparseAudio.Interactive", "SparseAudio.Cli", "NotebookRunner", "SparseAudio.Tests"];

    private static readonly Lazy<Uses> OfRepository = new(() =>
    {
        var uses = new Uses();
        foreach (var name in Own.Concat(StandIns.Names)) uses.AddAssembly(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        // The stand-ins' own sources count too: constants are what they take as defaults and give out as results.
        foreach (var folder in new[] { "lib", "tests" })
        {
            foreach (var file in Directory.GetFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories)) uses.AddSource(file);
        }

        foreach (var file in Directory.GetFiles(Repository.Root, "*.ipynb", SearchOption.AllDirectories)) uses.AddNotebook(file);
        return uses;
    });

    public static TheoryData<string> Names => [.. StandIns.Names];

    [StandInTheory]
    [MemberData(nameof(Names))]
    public void A_stand_in_has_no_member_that_the_repository_does_not_use(string name)
    {
        var unused = UnusedMembers.Of(StandIns.AssemblyFile(name), OfRepository.Value).ToList();

        Assert.True(unused.Count == 0, $"nothing uses these members of {name}:\n{string.Join('\n', unused)}");
    }

    [Fact]
    public void An_unused_member_is_found_and_a_used_one_is_not()
    {
        var uses = new Uses();
        uses.AddAssembly(typeof(UnusedMemberTests).Assembly.Location);

        // xunit.core is an assembly of which this one uses some members and leaves others.
        var unused = UnusedMembers.Of(typeof(FactAttribute).Assembly.Location, uses).ToList();

        Assert.DoesNotContain("Xunit.FactAttribute.Skip", unused);
        Assert.Contains("Xunit.FactAttribute.Timeout", unused);
        Assert.DoesNotContain(unused, line => line.StartsWith("Xunit.FactAttribute..ctor", StringComparison.Ordinal));
    }
}
