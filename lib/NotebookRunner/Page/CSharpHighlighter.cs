using System.Net;
using System.Text.RegularExpressions;

namespace NotebookRunner.Page;

/// <summary>Marks comments, strings, keywords, numbers and type names of a few lines of C#.</summary>
internal static partial class CSharpHighlighter
{
    private static readonly string[] _kinds = ["comment", "string", "directive", "keyword", "number", "type"];

    public static string Highlight(string code)
    {
        var html = new System.Text.StringBuilder();
        var position = 0;
        foreach (var match in Token().Matches(code).Cast<Match>())
        {
            html.Append(WebUtility.HtmlEncode(code[position..match.Index]));
            var kind = _kinds.First(name => match.Groups[name].Success);
            html.Append($"<span class=\"{kind}\">{WebUtility.HtmlEncode(match.Value)}</span>");
            position = match.Index + match.Length;
        }

        return html.Append(WebUtility.HtmlEncode(code[position..])).ToString();
    }

    [GeneratedRegex("""
        (?<comment>//.*)
        |(?<directive>^\#\w+)
        |(?<string>[$@]{0,2}"(?:\\.|[^"\\\n])*")
        |(?<keyword>\b(?:var|using|static|new|foreach|for|in|if|else|return|await|true|false|null|out|int|long|float|double
            |string|bool|is|not|and|or|with|while|switch|default)\b)
        |(?<number>\b\d[\d_]*(?:\.\d+)?(?:e-?\d+)?[fdL]?\b)
        |(?<type>\b[A-Z][A-Za-z0-9]*\b(?=[.<(\s]))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline)]
    private static partial Regex Token();
}
