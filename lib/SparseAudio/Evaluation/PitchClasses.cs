namespace SparseAudio.Evaluation;

/// <summary>The energy of the twelve pitch classes (A = 440 Hz), from bins between 60 and 5000 Hz.</summary>
internal static class PitchClasses
{
    private const int Classes = 12;
    private const double Lowest = 60;
    private const double Highest = 5000;

    /// <summary>
    /// Cosine between the two sounds' twelve energies over all frames; two silent sounds agree fully, a silent and a sounding one not at
    /// all.
    /// </summary>
    public static double Similarity(AmplitudeSpectrogram a, AmplitudeSpectrogram b, int sampleRate)
    {
        var classOfBin = ClassOfBin(a, sampleRate);
        return Cosine(Energies(a, classOfBin), Energies(b, classOfBin));
    }

    private static int[] ClassOfBin(AmplitudeSpectrogram spectrogram, int sampleRate)
    {
        var classes = new int[spectrogram.Bins];
        for (var bin = 0; bin < classes.Length; bin++)
        {
            var frequency = (double)bin * sampleRate / spectrogram.Window;
            var semitone = (int)Math.Round(Classes * Math.Log2(Math.Max(frequency, 1) / 440));
            classes[bin] = frequency is > Lowest and < Highest ? ((semitone % Classes) + Classes) % Classes : -1;
        }

        return classes;
    }

    private static double[] Energies(AmplitudeSpectrogram spectrogram, int[] classOfBin)
    {
        var energies = new double[Classes];
        for (var frame = 0; frame < spectrogram.Frames; frame++)
        {
            var magnitudes = spectrogram.Frame(frame);
            for (var bin = 0; bin < classOfBin.Length; bin++)
            {
                if (classOfBin[bin] >= 0)
                    energies[classOfBin[bin]] += magnitudes[bin] * magnitudes[bin];
            }
        }

        return energies;
    }

    private static double Cosine(double[] a, double[] b)
    {
        double cross = 0, x = 0, y = 0;
        for (var i = 0; i < a.Length; i++)
        {
            cross += a[i] * b[i];
            x += a[i] * a[i];
            y += b[i] * b[i];
        }

        if (x <= 0 || y <= 0)
            return x <= 0 && y <= 0 ? 1 : 0;

        return cross / Math.Sqrt(x * y);
    }
}
