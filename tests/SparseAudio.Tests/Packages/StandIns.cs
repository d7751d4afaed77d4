using System.Reflection;

namespace SparseAudio.Tests.Packages;

/// <summary>The stand-ins of lib/fallback, and whether this build uses them.</summary>
internal static class StandIns
{
    /// <summary>False in a build on the real packages.</summary>
    public static bool InUse { get; } = typeof(StandIns).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(metadata => metadata is { Key: "UseFallbackPackages", Value: "true" });

    /// <summary>The packages that have a stand-in, named like their assemblies.</summary>
    public static IEnumerable<string> Names => Directory.GetDirectories(Repository.Path("lib", "fallback"))
        .Select(folder => Path.GetFileName(folder))
        .Where(name => File.Exists(ListFile(name)))
        .Order(StringComparer.Ordinal);

    /// <summary>The file with the package's public signatures.</summary>
    public static string ListFile(string name) => Repository.Path("tests", "SparseAudio.Tests", "api", name + ".txt.gz");

    /// <summary>The stand-in's assembly beside this test.</summary>
    public static string AssemblyFile(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");
}
