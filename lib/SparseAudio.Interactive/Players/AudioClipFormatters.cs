using SparseAudio.Audio;
using SparseAudio.Interactive.Formatting;

namespace SparseAudio.Interactive.Players;

/// <summary>Shows clips as players. The audio library names this class, so that it need not refer to this assembly.</summary>
internal sealed class AudioClipFormatters
{
    /// <summary>The formatters, found by name.</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new TextFormatter("text/html", clip => new AudioPlayer((AudioClip)clip).ToHtml()),
        new TextFormatter("text/plain", clip => new AudioPlayer((AudioClip)clip).ToString()),
    ];
}
