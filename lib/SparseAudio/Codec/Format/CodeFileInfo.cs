namespace SparseAudio.Codec.Format;

/// <summary>How a code is stored in its file.</summary>
/// <param name="HeaderBytes">Bytes of the JSON header.</param>
/// <param name="EventBytes">Bytes of the events and contexts.</param>
/// <param name="Amplitudes">How amplitudes were quantised, with their error.</param>
/// <param name="HasContexts">Whether contexts are listed, as in an edited code.</param>
/// <param name="Details">How the events' details were quantised, with their errors; null where there are none.</param>
public sealed record CodeFileInfo(
    int HeaderBytes, int EventBytes, LevelQuantizer Amplitudes, bool HasContexts, StepQuantizers? Details)
{
    /// <summary>Bits per second of the events, the header left aside.</summary>
    public double BitsPerSecond(SparseCode code) => code.Length == 0 ? 0 : EventBytes * 8 / code.DurationSeconds;
}
