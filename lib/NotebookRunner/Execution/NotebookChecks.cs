using NotebookRunner.Documents;

namespace NotebookRunner.Execution;

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
                throw new NotebookException($"{fresh.Name}.ipynb: cell {now.Number} is committed without its output; run ./workbook notebooks and commit the result");
            }
        }
    }
}
