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
        for (int index = 0; index < codeCells.Count; index++)
        {
            var cell = codeCells[index];
            var watch = Stopwatch.StartNew();
            var result = await kernel.SendAsync(new SubmitCode(cell.Source));
            if (result.Events.OfType<CommandFailed>().Any())
            {
                throw CellFailure.Describe(notebook, cell, result.Events);
            }

            cell.SetResult(index + 1, CellOutputs.From(result.Events, index + 1));
            progress.WriteLine($"  {notebook.Name}: cell {index + 1} of {codeCells.Count}, {watch.Elapsed.TotalSeconds:0.0} s");
        }

        notebook.SetLanguage();
        progress.WriteLine($"{notebook.Name}: {total.Elapsed.TotalSeconds:0} s");
    }
}
