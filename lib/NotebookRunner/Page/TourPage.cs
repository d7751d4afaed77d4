using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using NotebookRunner.Documents;

namespace NotebookRunner.Page;

/// <summary>All notebooks as one HTML file that needs nothing else: no network, no other file.</summary>
internal sealed class TourPage(IReadOnlyList<Notebook> notebooks)
{
    public void Write(string file)
    {
        var assets = new OnceOnlyAssets();
        var sections = notebooks.Select(notebook => new NotebookSection(notebook, assets)).ToList();
        var body = string.Concat(sections.Select(section => section.Html()));
        var page = Resource("tour.html")
            .Replace("{{style}}", Resource("tour.css") + assets.Styles)
            .Replace("{{contents}}", string.Concat(sections.Select(Entry)))
            .Replace("{{sections}}", body)
            .Replace("{{plotly}}", PlotlyScript())
            .Replace("{{script}}", Resource("tour.js") + assets.Scripts);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file + ".tmp", page, new UTF8Encoding(false));
        File.Move(file + ".tmp", file, overwrite: true);
    }

    private static string Entry(NotebookSection section) => $"<li><a href=\"#{section.Anchor}\">{section.Title}</a></li>\n";

    /// <summary>The plotly.js that Plotly.NET brings with it: the version that it writes its figures for.</summary>
    private static string PlotlyScript()
    {
        var package = typeof(Plotly.NET.GenericChart).Assembly;
        return Text(package, package.GetManifestResourceNames().Single(name => name.EndsWith(".min.js", StringComparison.Ordinal)));
    }

    private static string Resource(string name) => Text(Assembly.GetExecutingAssembly(), name);

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

/// <summary>
/// Every output of a notebook carries the styles and scripts that it needs, marked <c>data-once="name"</c>. On one page each
/// of them is wanted once: styles at the top, scripts at the end, where all elements that they look for exist.
/// </summary>
internal sealed partial class OnceOnlyAssets
{
    private readonly HashSet<string> _seen = [];
    private readonly StringBuilder _styles = new();
    private readonly StringBuilder _scripts = new();

    public string Styles => _styles.ToString();

    public string Scripts => _scripts.ToString();

    /// <summary>Takes the marked styles and scripts out of an output and remembers each the first time it comes by.</summary>
    public string TakeFrom(string html) => Marked().Replace(html, match =>
    {
        if (_seen.Add(match.Groups["text"].Value))
            (match.Groups["tag"].Value == "style" ? _styles : _scripts).Append('\n').Append(match.Groups["text"].Value);

        return "";
    });

    [GeneratedRegex("<(?<tag>style|script) data-once=\"[^\"]*\">(?<text>.*?)</\\k<tag>>", RegexOptions.Singleline)]
    private static partial Regex Marked();
}
