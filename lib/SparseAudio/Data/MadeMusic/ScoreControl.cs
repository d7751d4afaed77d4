using NAudio.Midi;
using SparseAudio.Data.Notes;

namespace SparseAudio.Data.MadeMusic;

/// <summary>A change of a controller.</summary>
/// <param name="Tick">When.</param>
/// <param name="Part">The place of its part in the score's parts.</param>
/// <param name="Controller">What changes.</param>
/// <param name="Value">0 to 127.</param>
internal readonly record struct ScoreControl(long Tick, int Part, MidiController Controller, int Value)
{
    private const double ExpressionStep = 0.05;
    private const int Loudest = 127;
    private const int Softest = 60;

    /// <summary>What a player of sustained notes does while they sound: now and then vibrato, and a loudness that wanders.</summary>
    public static IEnumerable<ScoreControl> Playing(Random random, int part, double seconds)
    {
        if (random.Chance(0.5))
        {
            for (var time = 0.0; time < seconds; time += random.Between(0.5, 4))
            {
                yield return new(MidiWriter.TickAt(time), part, MidiController.Modulation, random.Pick(0, 0, 30, 60, 90, Loudest));
            }
        }

        if (random.Chance(0.4))
        {
            var level = 110.0;
            for (var time = 0.0; time < seconds; time += ExpressionStep)
            {
                level = Math.Clamp(level + random.Normal(6), Softest, Loudest);
                yield return new(MidiWriter.TickAt(time), part, MidiController.Expression, (int)level);
            }
        }
    }
}
