using SparseAudio.Audio;
using SparseAudio.Interactive.Formatting;

namespace SparseAudio.Interactive.Players;

/// <summary>
/// Plays a clip: its waveform, which a click plays from that point, a moving playhead, its length and peak. Without scripts
/// it is the same picture and the browser's own player. It never goes beyond full scale.
/// </summary>
/// <param name="clip">The clip; a copy of its sound goes into the page.</param>
/// <param name="title">What to call it; the clip's name when left out.</param>
public sealed class AudioPlayer(AudioClip clip, string? title = null) : INotebookOutput
{
    private const int Columns = 400;

    private string Title { get; } = title ?? (clip.Name.Length > 0 ? clip.Name : "sound");

    /// <inheritdoc/>
    public string ToHtml() => Html.Style("player") + "<div class=\"sa-players\">\n" + Body("sa-player") + "</div>\n" + Html.Script("player");

    /// <inheritdoc/>
    public override string ToString() => $"{Title}, {Facts()}";

    /// <summary>The player alone, without style and script.</summary>
    internal string Body(string cssClass)
    {
        var name = Html.Text(Title);
        return $"""
            <div class="{cssClass}" data-duration="{clip.DurationSeconds:0.####}" data-name="{name}">
            <div class="sa-title"><b>{name}</b><span>{Facts()}</span></div>
            <div class="sa-row"><button type="button" class="sa-button" hidden>
            <svg class="sa-go" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2l10 6-10 6z"/></svg>
            <svg class="sa-stop" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 2h4v12H3zM9 2h4v12H9z"/></svg></button>
            <div class="sa-wave"><svg viewBox="0 0 {Math.Min(Columns, clip.Samples.Length)} 100" preserveAspectRatio="none" aria-hidden="true">
            <path d="{WaveformOutline.SvgPath(clip.Samples, Columns, WaveBytes.Peak(clip))}"/></svg><div class="sa-head"></div></div></div>
            <audio controls preload="auto" aria-label="{name}" src="data:audio/wav;base64,{Convert.ToBase64String(WaveBytes.From(clip))}"></audio>
            </div>

            """;
    }

    private string Facts()
    {
        var peak = WaveBytes.Peak(clip);
        var level = peak == 0 ? "silent" : $"peak {20 * Math.Log10(peak):0.0} dB";
        var lowered = peak > 1 ? ", lowered to full scale" : "";
        return $"{clip.DurationSeconds:0.00} s · {level}{lowered}";
    }
}

/// <summary>Players one above the other, for comparing by ear.</summary>
/// <param name="clips">The clips, in order; their names are the titles.</param>
public sealed class PlayerStack(IReadOnlyList<AudioClip> clips) : INotebookOutput
{
    /// <inheritdoc/>
    public string ToHtml() =>
        Html.Style("player") + "<div class=\"sa-players\">\n" + string.Concat(clips.Select(clip => new AudioPlayer(clip).Body("sa-player")))
            + "</div>\n" + Html.Script("player");

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', clips.Select(clip => new AudioPlayer(clip)));
}
