using System.Diagnostics;
using System.Reflection;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using NotebookRunner.Documents;

namespace NotebookRunner.Execution;

/// <summary>Runs all code cells of one notebook in order, in this process, with the notebook's folder as the current one.</summary>
internal static class NotebookExecution
{
    /// <summary>Gives every code cell its new outputs, and the notebook its language; nothing is saved.</summary>
    /// <exception cref="NotebookException">A cell failed: the first one that did, and where.</exception>
    public static async Task RunAsync(Notebook notebook, TextWriter progress)
    {
        Directory.SetCurrentDirectory(Path.GetDirectoryName(notebook.Path)!);
        using var kernel = new CSharpKernel();
        var codeCells = notebook.Cells.Where(cell => cell.IsCode).ToList();
        var total = Stopwatch.StartNew();
        for (var index = 0; index < codeCells.Count; index++)
        {
            var cell = codeCells[index];
            var watch = Stopwatch.StartNew();
            var result = await kernel.SendAsync(new SubmitCode(cell.Source));
            if (result.Events.OfType<CommandFailed>().Any())
                throw CellFailure.Describe(notebook, cell, result.Events);

            cell.SetResult(index + 1, CellOutputs.From(result.Events, index + 1));
            progress.WriteLine($"  {notebook.Name}: cell {index + 1} of {codeCells.Count}, {watch.Elapsed.TotalSeconds:0.0} s");
        }

        notebook.SetLanguage();
        progress.WriteLine($"{notebook.Name}: {total.Elapsed.TotalSeconds:0} s");
    }
}

/// <summary>What a notebook must be before it may be committed.</summary>
internal static class NotebookChecks
{
    private const int LargestBytes = 6_000_000;

    /// <summary>A notebook that takes long to load and to compare is of no use to its readers.</summary>
    public static void RefuseLarge(Notebook fresh)
    {
        if (fresh.Size is > LargestBytes and var size)
        {
            throw new NotebookException(
                $"{fresh.Name}.ipynb: {size / 1e6:0.0} MB with its outputs, more than {LargestBytes / 1e6:0} MB; show fewer or shorter sounds");
        }
    }

    public static void RefuseMissingOutputs(Notebook fresh, Notebook committed)
    {
        foreach (var (now, then) in fresh.Cells.Zip(committed.Cells))
        {
            if (now.Outputs.Any() && !then.Outputs.Any())
            {
                throw new NotebookException(
                    $"{fresh.Name}.ipynb: cell {now.Number} is committed without its output; run ./workbook notebooks and commit the result");
            }
        }
    }
}

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
