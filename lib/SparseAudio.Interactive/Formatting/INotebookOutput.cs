namespace SparseAudio.Interactive.Formatting;

/// <summary>Something that a notebook shows.</summary>
public interface INotebookOutput
{
    /// <summary>The output as an HTML fragment that brings its styles and scripts along and also stands without scripts.</summary>
    string ToHtml();
}
