using System.Diagnostics;
using System.Reflection;
using NotebookRunner.Documents;

namespace NotebookRunner.Execution;

/// <summary>One process a notebook: a notebook starts from nothing and leaves nothing behind.</summary>
internal static class NotebookProcess
{
    /// <summary>The word by which this program starts itself again.</summary>
    public const string Command = "--one-notebook";

    /// <summary>Runs a notebook in a new process.</summary>
    /// <returns>The executed copy, or null when a cell failed, which the process has told.</returns>
    public static async Task<Notebook?> RunAsync(Notebook notebook)
    {
        var folder = Directory.CreateTempSubdirectory("notebook-");
        try
        {
            var result = Path.Combine(folder.FullName, Path.GetFileName(notebook.Path));
            using var process = Process.Start(StartInfo(notebook.Path, result))!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? Notebook.Load(result) : null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The new process's part: runs the notebook and saves the executed copy.</summary>
    public static async Task<int> ChildAsync(string path, string result)
    {
        var notebook = Notebook.Load(path);
        await NotebookExecution.RunAsync(notebook, Console.Out);
        notebook.Save(result);
        return 0;
    }

    private static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);

        start.ArgumentList.Add(Command);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // OpenMP reads this once, when its library loads; without it idle threads spin and starve everything else.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        return start;
    }
}
