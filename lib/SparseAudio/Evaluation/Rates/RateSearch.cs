namespace SparseAudio.Evaluation.Rates;

/// <summary>Finds the code of a given size that is closest to the recording.</summary>
/// <param name="code">The recording's elements.</param>
/// <param name="original">(samples): the recording.</param>
/// <param name="sampleRate">Samples a second.</param>
internal sealed class RateSearch(IOrderedCode code, float[] original, int sampleRate)
{
    // Levels every 46, 186 or 743 ms at 22050 Hz, half, a quarter or as loud as what the floor stands for.
    private static readonly NoiseChoice?[] _noises = [null, new(2, 0.5), new(8, 0.25), new(8, 0.5), new(8, 1), new(32, 0.5), new(32, 1)];

    /// <summary>The closest code at each rate, in kbit/s; rates at which not even one element fits are left out.</summary>
    public IEnumerable<CodedSound> AtRates(IReadOnlyList<double> rates, double seconds, CancellationToken cancellation)
    {
        foreach (var rate in rates)
        {
            if (Closest((int)(rate * 1000 / 8 * seconds), cancellation) is var (bytes, sound)) yield return new CodedSound(rate, bytes, sound);
        }
    }

    /// <summary>
    /// For each noise floor and precision as many elements are kept as there are bytes for; the code that is closest (<see cref="RateDistance"/>)
    /// is taken. First the noise floor is chosen, then the precision.
    /// </summary>
    /// <param name="most">Bytes, which are not exceeded.</param>
    /// <param name="cancellation">Asked before every candidate.</param>
    /// <returns>The code and its sound, or null where not even one element fits.</returns>
    public (byte[] Bytes, float[] Sound)? Closest(int most, CancellationToken cancellation)
    {
        var usual = code.Precisions / 2;
        var best = Candidates(_noises.Select(noise => (noise, usual)), most, cancellation).MinBy(candidate => candidate.Distance);
        if (best is null) return null;
        var others = Enumerable.Range(0, code.Precisions).Where(precision => precision != usual).Select(precision => (best.Noise, precision));
        best = Candidates(others, most, cancellation).Prepend(best).MinBy(candidate => candidate.Distance)!;
        return (best.Bytes, best.Sound);
    }

    private IEnumerable<Candidate> Candidates(
        IEnumerable<(NoiseChoice? Noise, int Precision)> choices, int most, CancellationToken cancellation)
    {
        foreach (var (noise, precision) in choices)
        {
            cancellation.ThrowIfCancellationRequested();
            if (With(noise, precision, most) is not { } bytes) continue;
            var sound = code.Decode(bytes);
            yield return new Candidate(noise, bytes, sound, RateDistance.Between(original, sound, sampleRate));
        }
    }

    // The noise floor stands for what the elements leave, and takes room from them: its levels are those beside the elements that would fit without.
    private byte[]? With(NoiseChoice? noise, int precision, int most)
    {
        var count = Largest(precision, null, most);
        if (count == 0) return null;
        if (noise is null) return code.Encode(count, precision, null);
        var floor = Floor(noise, count, precision);
        count = Largest(precision, floor, most);
        return count == 0 ? null : code.Encode(count, precision, floor);
    }

    private NoiseFloor Floor(NoiseChoice noise, int count, int precision)
    {
        var residual = code.Decode(code.Encode(count, precision, null));
        for (var i = 0; i < residual.Length; i++) residual[i] = original[i] - residual[i];
        return NoiseFloor.Of(residual, sampleRate, noise);
    }

    private int Largest(int precision, NoiseFloor? noise, int most)
    {
        var (fits, tooMany) = (0, code.Count + 1);
        while (tooMany - fits > 1)
        {
            // Doubling from below first: a code of all elements takes longest, and is seldom wanted.
            var middle = tooMany > code.Count ? Math.Min(Math.Max(2 * fits, 16), (fits + tooMany) / 2) : (fits + tooMany) / 2;
            middle = Math.Max(middle, fits + 1);
            if (code.Encode(middle, precision, noise).Length <= most) fits = middle;
            else tooMany = middle;
        }

        return fits;
    }

    private sealed record Candidate(NoiseChoice? Noise, byte[] Bytes, float[] Sound, double Distance);
}
