namespace SparseAudio.Audio;

/// <summary>What a file may claim about itself and still be believed.</summary>
internal static class AudioLimits
{
    private const int MinRate = 1000;
    private const int MaxRate = 768_000;
    private const int MaxChannels = 64;

    /// <summary>Refuses counts and rates that no recording has.</summary>
    /// <exception cref="AudioFileException">A number lies outside of the limits.</exception>
    public static void Check(string path, int channels, long rate, long? offset = null)
    {
        if (channels is < 1 or > MaxChannels)
        {
            throw new AudioFileException(path, $"{channels} channels, not 1 to {MaxChannels}", offset, "export it again");
        }

        if (rate is < MinRate or > MaxRate)
        {
            throw new AudioFileException(
                path, $"a sample rate of {rate} Hz, not {MinRate} to {MaxRate}", offset + 2, "export it again");
        }
    }
}
