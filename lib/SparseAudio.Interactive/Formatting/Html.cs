using System.Collections.Concurrent;
using System.Net;

namespace SparseAudio.Interactive.Formatting;

/// <summary>Pieces of HTML.</summary>
internal static class Html
{
    private static readonly ConcurrentDictionary<string, string> _assets = new();

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A style sheet of this assembly. A page that collects many outputs may keep the first of each <c>data-once</c>.</summary>
    public static string Style(string name) => $"<style data-once=\"{name}\">\n{Asset(name + ".css")}</style>\n";

    /// <summary>A script of this assembly, for the end of a fragment; running it again wires only what is new.</summary>
    public static string Script(string name) => $"<script data-once=\"{name}\">\n{Asset(name + ".js")}</script>\n";

    private static string Asset(string name) => _assets.GetOrAdd(name, key =>
    {
        using var reader = new StreamReader(typeof(Html).Assembly.GetManifestResourceStream(key)!);
        return reader.ReadToEnd();
    });
}

/// <summary>Something that a notebook shows.</summary>
public interface INotebookOutput
{
    /// <summary>The output as an HTML fragment that brings its styles and scripts along and also stands without scripts.</summary>
    string ToHtml();
}
