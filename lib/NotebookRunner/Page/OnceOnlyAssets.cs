using System.Text;
using System.Text.RegularExpressions;

namespace NotebookRunner.Page;

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
