using System.Globalization;
using SparseAudio.Audio;
using SparseAudio.Data.Notes;

namespace SparseAudio.Data.MadeMusic;

/// <summary>A piece before it is rendered, which takes no time to make: composed, and with its synthesiser chosen.</summary>
internal sealed class ClipPlan
{
    // Streams of random numbers that must not depend on one another: another sound font leaves the notes as they are.
    private const long Composing = 0;
    private const long Playing = 1;
    private const double ScatteredChance = 0.25;
    private const double SoundFontRoomChance = 0.3;
    private const double AdditiveRoomChance = 0.9;

    private readonly MadeMusicOptions _options;
    private readonly Random _playing;
    private readonly string? _font;
    private readonly Score _score;

    private ClipPlan(MadeMusicOptions options, int index)
    {
        _options = options;
        Index = index;
        _playing = RandomChoices.For(options.Seed, index, Playing);
        var additive = _playing.Chance(options.AdditiveShare) || options.SoundFonts.Count == 0;
        var composing = RandomChoices.For(options.Seed, index, Composing);
        _score = additive && _playing.Chance(ScatteredChance)
            ? Composer.Scatter(composing, options.ClipSeconds)
            : Composer.Compose(composing, GeneralMidi.Of(options.Programs), options.ClipSeconds);
        _font = additive ? null : options.SoundFonts[_playing.Next(options.SoundFonts.Count)];
        Notes = _score.Labels(_font is null ? 0 : SoundFontSynth.LatencySeconds);
        Midi = _score.ToMidi();
    }

    /// <summary>The piece's number.</summary>
    public int Index { get; }

    /// <summary>The notes as they will be heard.</summary>
    public IReadOnlyList<NoteLabel> Notes { get; }

    /// <summary>The MIDI file's bytes.</summary>
    public byte[] Midi { get; }

    /// <summary>What will play it.</summary>
    public string Synthesiser => _font is null ? "additive" : Path.GetFileName(_font);

    /// <summary>Plans a piece.</summary>
    public static ClipPlan Of(MadeMusicOptions options, int index) => new(options, index);

    /// <summary>Renders the piece; only once, because that draws further random numbers.</summary>
    public MadeClip Render(CancellationToken cancellation)
    {
        var sound = _font is null
            ? RenderAdditive(cancellation)
            : SoundFontSynth.Render(Midi, _font, SynthSettings.Draw(_playing), _options.ClipSamples, _options.SampleRate, cancellation);
        if (_playing.Chance(_font is null ? AdditiveRoomChance : SoundFontRoomChance))
            new RoomReverb(_playing, _options.SampleRate).Apply(sound);

        var peak = sound.Max(x => Math.Abs(x));
        if (peak == 0)
            throw new MadeMusicException(Synthesiser, $"piece {Index.ToString(CultureInfo.InvariantCulture)} is silent",
                "this sound font may lack General MIDI's instruments");

        var scale = (float)Math.Pow(10, -_playing.Between(1, 12) / 20) / peak;
        for (var i = 0; i < sound.Length; i++)
            sound[i] *= scale;

        return new MadeClip(new AudioClip(sound, _options.SampleRate, $"piece {_options.Seed}/{Index}"), Notes, Midi, Synthesiser);
    }

    private float[] RenderAdditive(CancellationToken cancellation)
    {
        var instruments = _score.Parts.Select(part => new AdditiveInstrument(_playing, part.Instrument.Sustained)).ToArray();
        var sound = new float[_options.ClipSamples];
        for (var i = 0; i < Notes.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            AdditiveSynth.Add(sound, instruments[_score.Notes[i].Part].Note(Notes[i]), _options.SampleRate);
        }

        return sound;
    }
}

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
