using NotebookRunner.Documents;
using NotebookRunner.Execution;
using NotebookRunner.Page;

namespace NotebookRunner;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            return arguments is [NotebookProcess.Command, var notebook, var result]
                ? await NotebookProcess.ChildAsync(notebook, result)
                : await RunAsync(Options.Parse(arguments));
        }
        catch (NotebookException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(Options options)
    {
        var notebooks = new List<Notebook>();
        foreach (var path in options.Notebooks)
        {
            var committed = Notebook.Load(path);
            if (!options.Execute)
            {
                notebooks.Add(committed);
                continue;
            }

            if (await NotebookProcess.RunAsync(committed) is not { } fresh)
                return 1;

            NotebookChecks.RefuseLarge(fresh);
            if (options.Check)
                NotebookChecks.RefuseMissingOutputs(fresh, committed);

            if (options.Write)
                fresh.Save(committed.Path);

            notebooks.Add(fresh);
        }

        if (options.Page is { } file)
        {
            new TourPage(notebooks).Write(file);
            Console.WriteLine($"{file}: {notebooks.Count} notebooks, {new FileInfo(file).Length / 1e6:0.0} MB");
        }

        return 0;
    }
}
