using System.Diagnostics;
using Xunit;

namespace SparseAudio.Tests.Notebooks;

/// <summary>A fact about Jupyter; skipped where Debian's jupyter-notebook is not installed, which <c>./workbook test</c> installs.</summary>
internal sealed class JupyterFactAttribute : FactAttribute
{
    public JupyterFactAttribute() => Skip = Jupyter.WhyMissing;
}

/// <summary>The same for a theory.</summary>
internal sealed class JupyterTheoryAttribute : TheoryAttribute
{
    public JupyterTheoryAttribute() => Skip = Jupyter.WhyMissing;
}

/// <summary>
/// Jupyter with the project's kernel, in a folder of its own: copies of notebooks beside links to what they load, so that neither
/// a run nor Jupyter's autosave changes a file of the repository, and everything that Jupyter keeps in the home folder elsewhere.
/// </summary>
internal sealed class Jupyter : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Jupyter()
    {
        Assert.True(File.Exists(Repository.Path("artifacts", "notebooks", "SparseAudio.Interactive.dll")),
            "The notebooks' DLLs are missing: ./workbook setup");
        foreach (var name in (string[])[".config", "artifacts", "data"])
            Directory.CreateSymbolicLink(_folder.File(name), Repository.Path(name));

        Notebooks = Directory.CreateDirectory(_folder.File("notebooks")).FullName;
    }

    public static string? WhyMissing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "jupyter-notebook")))
            ? null
            : "Jupyter is not installed: apt-get install jupyter-notebook jupyter-nbconvert";

    /// <summary>The folder of the copies.</summary>
    public string Notebooks { get; }

    /// <summary>Copies a committed notebook and returns the copy's path.</summary>
    public string Copy(string name)
    {
        var copy = Path.Combine(Notebooks, name);
        File.Copy(Repository.Path("notebooks", name), copy);
        return copy;
    }

    /// <summary>Starts a program of Jupyter in the folder of the copies.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("jupyter", arguments)
        {
            WorkingDirectory = Notebooks,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["JUPYTER_PATH"] = Repository.Path(".config", "jupyter");
        foreach (var name in (string[])["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"])
            start.Environment[name] = _folder.File(name);

        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Dispose();
}
