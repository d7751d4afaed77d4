namespace NotebookRunner;

/// <summary>What the command line asks for.</summary>
/// <param name="Notebooks">The notebooks, in the order in which they are read.</param>
/// <param name="Execute">Run the cells; otherwise the notebooks are taken as they are.</param>
/// <param name="Write">Write the outputs back into the notebooks.</param>
/// <param name="Check">Fail where a committed notebook lacks an output.</param>
/// <param name="Page">Where to write the page, if anywhere.</param>
internal sealed record Options(IReadOnlyList<string> Notebooks, bool Execute, bool Write, bool Check, string? Page)
{
    public const string Usage = """
        usage: NotebookRunner run PATH... [--write] [--check] [--tour FILE]
               NotebookRunner page FILE PATH...

        run    runs every cell of the notebooks in order, each notebook in a process of its own, and stops at the first
               cell that fails. PATH is a notebook or a folder of them.
                 --write      write the outputs back into the notebooks
                 --check      fail where a committed notebook has no output although its cell makes one
                 --tour FILE  make one offline HTML page of all notebooks
        page   makes that page from the outputs that the notebooks have, running nothing
        """;

    public static Options Parse(string[] arguments) => arguments switch
    {
        ["run", .. var rest] => ParseRun(rest),
        ["page", var file, .. var paths] => new Options(Find(paths), Execute: false, Write: false, Check: false, file),
        _ => throw new NotebookException(Usage),
    };

    private static Options ParseRun(string[] arguments)
    {
        var (paths, options) = (new List<string>(), new Options([], Execute: true, Write: false, Check: false, null));
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--write":
                    options = options with { Write = true };
                    break;
                case "--check":
                    options = options with { Check = true };
                    break;
                case "--tour" when i + 1 < arguments.Length:
                    options = options with { Page = arguments[++i] };
                    break;
                case ['-', ..] unknown:
                    throw new NotebookException($"unknown option {unknown}\n{Usage}");
                default:
                    paths.Add(arguments[i]);
                    break;
            }
        }

        // --check looks at what is committed and leaves it alone.
        return options with { Notebooks = Find(paths), Write = options.Write && !options.Check };
    }

    private static List<string> Find(IReadOnlyList<string> paths)
    {
        var found = paths.SelectMany(In).ToList();
        return found.Count > 0
            ? found
            : throw new NotebookException($"no notebooks in {string.Join(", ", paths.DefaultIfEmpty("an empty list"))}\n{Usage}");
    }

    private static IEnumerable<string> In(string path) =>
        Directory.Exists(path) ? Directory.GetFiles(path, "*.ipynb").Order(StringComparer.Ordinal) : [path];
}

/// <summary>Something about a notebook that its reader has to mend; the message says what and where.</summary>
internal sealed class NotebookException(string message) : Exception(message);
