using SparseAudio.Audio;
using SparseAudio.Interactive.Formatting;

namespace SparseAudio.Interactive.Players;

/// <summary>Players one above the other, for comparing by ear.</summary>
/// <param name="clips">The clips, in order; their names are the titles.</param>
public sealed class PlayerStack(IReadOnlyList<AudioClip> clips) : INotebookOutput
{
    /// <inheritdoc/>
    public string ToHtml() =>
        Html.Style("player") + "<div class=\"sa-players\">\n" + string.Concat(clips.Select(clip => new AudioPlayer(clip).Body("sa-player"))) + "</div>\n" + Html.Script("player");

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', clips.Select(clip => new AudioPlayer(clip)));
}
