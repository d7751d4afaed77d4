using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NotebookRunner.Documents;

namespace NotebookRunner.Page;

/// <summary>One notebook as a section of the page.</summary>
internal sealed class NotebookSection(Notebook notebook, OnceOnlyAssets assets)
{
    private static readonly MarkdownPipeline _markdown = new MarkdownPipelineBuilder().UsePipeTables().Build();

    public string Anchor => notebook.Name;

    /// <summary>The notebook's first heading, as HTML.</summary>
    public string Title
    {
        get
        {
            var heading = notebook.Cells.Where(cell => cell.IsMarkdown).SelectMany(cell => Markdig.Markdown.Parse(cell.Source, _markdown))
                .OfType<HeadingBlock>().FirstOrDefault();
            var text = heading?.Inline?.Descendants<LiteralInline>().Select(literal => literal.Content.ToString());
            return WebUtility.HtmlEncode(text is null ? notebook.Name : string.Concat(text));
        }
    }

    public string Html()
    {
        var html = new StringBuilder($"<section class=\"notebook\" id=\"{Anchor}\">\n");
        foreach (var cell in notebook.Cells)
            html.Append(cell.IsCode ? Code(cell) : Prose(cell));

        return html.Append("</section>\n").ToString();
    }

    /// <summary>Prose, its headings one level down: the page has a title of its own. Links to other notebooks stay on the page.</summary>
    private static string Prose(Cell cell)
    {
        var document = Markdig.Markdown.Parse(cell.Source, _markdown);
        foreach (var heading in document.Descendants<HeadingBlock>())
            heading.Level++;

        foreach (var link in document.Descendants<LinkInline>())
        {
            if (link.Url is { } url && url.EndsWith(".ipynb", StringComparison.Ordinal))
            {
                link.Url = "#" + Path.GetFileNameWithoutExtension(url);
            }
            else if (link.Url?.StartsWith("http", StringComparison.Ordinal) == true)
            {
                link.GetAttributes().AddProperty("rel", "noreferrer");
            }
        }

        return $"<div class=\"prose\">{document.ToHtml(_markdown)}</div>\n";
    }

    private string Code(Cell cell)
    {
        var code = $"<pre class=\"code\" tabindex=\"0\"><code>{CSharpHighlighter.Highlight(cell.Source)}</code></pre>\n";
        var isSetUp = cell.Source.StartsWith("#r ", StringComparison.Ordinal);
        var shown = isSetUp ? $"<details class=\"set-up\"><summary>Set-up of this notebook</summary>{code}</details>\n" : code;
        return $"<div class=\"cell\">{shown}{string.Concat(cell.Outputs.Select(Output))}</div>\n";
    }

    private string Output(JsonObject output)
    {
        if (output["data"] is not JsonObject data)
            return $"<pre class=\"text\">{WebUtility.HtmlEncode(MultilineText.Read(output["text"]))}</pre>\n";

        return data["text/html"] is { } html
            ? $"<div class=\"output\">{assets.TakeFrom(MultilineText.Read(html))}</div>\n"
            : $"<pre class=\"text\">{WebUtility.HtmlEncode(MultilineText.Read(data["text/plain"]))}</pre>\n";
    }
}
