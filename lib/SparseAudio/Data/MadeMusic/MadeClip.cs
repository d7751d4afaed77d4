using SparseAudio.Audio;
using SparseAudio.Data.Notes;

namespace SparseAudio.Data.MadeMusic;

/// <summary>One made piece: its sound, its notes, and the MIDI file it was played from.</summary>
/// <param name="Audio">The sound.</param>
/// <param name="Notes">The notes as they are heard, in the order of their onsets.</param>
/// <param name="Midi">The MIDI file's bytes.</param>
/// <param name="Synthesiser">What played it: the name of a sound font, or <c>additive</c>.</param>
public sealed record MadeClip(AudioClip Audio, IReadOnlyList<NoteLabel> Notes, byte[] Midi, string Synthesiser)
{
    /// <summary>Makes a piece, in memory.</summary>
    /// <param name="options">What music.</param>
    /// <param name="index">The piece's number, from 0.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MadeMusicException">A setting cannot be, or the synthesiser fails.</exception>
    public static MadeClip Make(MadeMusicOptions options, int index, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        options.Validate();
        return ClipPlan.Of(options, index).Render(cancellation);
    }
}
