using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace SparseAudio.Tests.Packages;

/// <summary>Files that the task WeakenSymbolVersion has been asked to copy, all in one build.</summary>
public sealed class WeakenedLibraries : IDisposable
{
    private static readonly string _version = typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3);
    private readonly TemporaryFolder _folder = new();

    public WeakenedLibraries()
    {
        var original = File.ReadAllBytes(Original);
        _folder.Write("absent.so", original);
        _folder.Write("used.so", original);
        _folder.Write("text.so", Encoding.ASCII.GetBytes("INPUT(libtorch.so)"));
        _folder.Write("cut.so", original[..(original.Length / 2)]);
        _folder.Write("linked.so", original);
        Directory.CreateDirectory(_folder.File("results"));
        using var link = Process.Start("ln", [Source("linked"), Result("linked")]);
        link.WaitForExit();

        _folder.Write("weaken.proj", Encoding.UTF8.GetBytes($"""
            <Project>
              <Import Project="{Repository.Path("lib", "SparseAudio", "Packaging", "SparseAudio.targets")}" />
              <Target Name="Weaken">
                {Task("absent", "GLIBCXX_9.9.9")}
                {Task("used", "GLIBCXX_3.4.30")}
                {Task("text", "GLIBCXX_3.4.32")}
                {Task("cut", "GLIBCXX_3.4.32")}
                {Task("linked", "GLIBCXX_3.4.32")}
              </Target>
            </Project>
            """));
        Said = DotnetCommand.Run(_folder.Path, "msbuild", "weaken.proj", "-t:Weaken", "-v:minimal");
    }

    /// <summary>TorchSharp's native library in the package cache.</summary>
    public static string Original { get; } =
        DotnetCommand.CachedFile("torchsharp", _version, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    /// <summary>What the build said.</summary>
    public string Said { get; }

    public string Source(string name) => _folder.File($"{name}.so");

    public string Result(string name) => _folder.File(Path.Combine("results", $"{name}.so"));

    /// <summary>The same library, fresh from the package file.</summary>
    public static byte[] InPackage()
    {
        using var package = ZipFile.OpenRead(DotnetCommand.CachedFile("torchsharp", _version, $"torchsharp.{_version}.nupkg"));
        using var entry = package.GetEntry("runtimes/linux-x64/native/libLibTorchSharp.so")!.Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _folder.Dispose();

    private string Task(string name, string version) =>
        $"""<WeakenSymbolVersion Source="{Source(name)}" Destination="{Result(name)}" SymbolVersion="{version}" />""";
}
