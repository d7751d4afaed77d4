using System.Diagnostics;
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
    private const int LargestBytes = 3_000_000;

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
