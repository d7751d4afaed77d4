namespace SparseAudio.Models.Workbook;

/// <summary>
/// The numbers that describe how one event sounds, before they are squashed to physical ranges: the length of a voice,
/// and of an event's details, which are added to it.
/// </summary>
public static class SynthParameters
{
    /// <summary>Log loudness.</summary>
    public const int Level = 0;

    /// <summary>Deviation from the channel's pitch, within one step of the grid.</summary>
    public const int Pitch = 1;

    /// <summary>First of the log shares of sine, sawtooth, square and triangle.</summary>
    public const int Waveforms = 2;

    /// <summary>First of the decay times of the four waveforms, 10 ms to 3 s.</summary>
    public const int Decays = 6;

    /// <summary>How long the event swells, 1 to 200 ms.</summary>
    public const int Attack = 10;

    /// <summary>First of the log gains of the impulse's noise bands.</summary>
    public const int Bands = 11;

    /// <summary>Number of noise bands.</summary>
    public const int BandCount = 16;

    /// <summary>Decay time of the impulse, 5 ms to 1.5 s.</summary>
    public const int NoiseDecay = 27;

    /// <summary>First of the log gains of partial 2, partials 3 and 4, and all above.</summary>
    public const int Formants = 28;

    /// <summary>How strongly the impulse excites the resonance.</summary>
    public const int Strike = 31;

    /// <summary>How many numbers there are.</summary>
    public const int Count = 32;
}
