using System.Globalization;

namespace SparseAudio.Data.MadeMusic;

/// <summary>What a piece sounds in when fluidsynth plays it.</summary>
/// <param name="Reverb">Whether there is reverb.</param>
/// <param name="RoomSize">Its length, 0 to 1.</param>
/// <param name="ReverbLevel">Its loudness, 0 to 1.</param>
/// <param name="Chorus">Whether there is chorus.</param>
public sealed record SynthSettings(bool Reverb = false, double RoomSize = 0.2, double ReverbLevel = 0.9, bool Chorus = false)
{
    // Loud enough for a single soft note in float samples; every piece is brought to its own level afterwards.
    private const string Gain = "0.5";

    /// <summary>The options of the command line.</summary>
    internal IReadOnlyList<string> Arguments =>
    [
        "-g", Gain, "-R", Switch(Reverb), "-C", Switch(Chorus),
        "-o", $"synth.reverb.room-size={RoomSize.ToString("F2", CultureInfo.InvariantCulture)}",
        "-o", $"synth.reverb.level={ReverbLevel.ToString("F2", CultureInfo.InvariantCulture)}",
    ];

    /// <summary>Draws settings.</summary>
    internal static SynthSettings Draw(Random random) =>
        new(random.Chance(0.67), random.Between(0.1, 0.9), random.Between(0.1, 0.9), random.Chance(0.33));

    private static string Switch(bool on) => on ? "1" : "0";
}
