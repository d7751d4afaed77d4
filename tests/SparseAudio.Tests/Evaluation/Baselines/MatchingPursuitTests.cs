using SparseAudio.Evaluation.Baselines;
using Xunit;

namespace SparseAudio.Tests.Evaluation.Baselines;

public sealed class MatchingPursuitTests
{
    public static TheoryData<string> Families => ["gabor", "damped"];

    [Theory]
    [MemberData(nameof(Families))]
    public void TheResidualFallsByTheEnergyOfEachAtom(string family)
    {
        var signal = Noise(1500, seed: 1);

        var result = new MatchingPursuit(Family(family), 24).Decompose(signal);

        Assert.Equal(24, result.Atoms.Count);
        Assert.Equal(Energy(signal), result.ResidualEnergies[0], 1e-6);
        for (var i = 0; i < result.Atoms.Count; i++)
        {
            var (before, after) = (result.ResidualEnergies[i], result.ResidualEnergies[i + 1]);
            Assert.True(after < before, $"atom {i} leaves {after} of {before}");
            Assert.Equal(before - Energy(result.Atoms[i].Render(signal.Length)), after, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void AtomsAndResidualAddUpToTheSignal(string family)
    {
        var signal = Noise(2048, seed: 2);

        var result = new MatchingPursuit(Family(family), 10).Decompose(signal);

        var sum = (float[])result.Residual.Clone();
        foreach (var atom in result.Atoms) Add(sum, atom.Render(signal.Length));
        for (var i = 0; i < signal.Length; i++) Assert.Equal(signal[i], sum[i], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void FindsPlantedAtomsBetweenTheGridsPoints(string name)
    {
        var family = Family(name);
        PursuitAtom[] planted =
        [
            new(family, new(1003.4, 700.5, 0.03137), 0.8, 1.0),
            new(family, new(5209.7, 250.2, 0.11111), 0.5, -2.0),
            new(family, new(3650.1, 90.3, 0.27301), 0.3, 0.3),
        ];
        var signal = new float[8192];
        foreach (var atom in planted) Add(signal, atom.Render(signal.Length));

        var result = new MatchingPursuit(family, 3).Decompose(signal);

        foreach (var atom in planted)
        {
            var found = result.Atoms.MinBy(other => Math.Abs(other.Place.Frequency - atom.Place.Frequency))!;
            Assert.Equal(atom.Place.Frequency, found.Place.Frequency, 0.02 / atom.Place.Width);
            Assert.Equal(atom.Place.Position, found.Place.Position, 0.03 * atom.Place.Width);
            Assert.InRange(found.Place.Width / atom.Place.Width, 0.85, 1.15);
            Assert.InRange(found.Amplitude / atom.Amplitude, 0.85, 1.15);
        }

        Assert.True(result.ResidualEnergies[^1] < 0.01 * result.ResidualEnergies[0], "planted atoms leave less than -20 dB");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void TheFirstAtomBeatsEveryOneOfManyOthers(string name)
    {
        var family = Family(name);
        var signal = Noise(600, seed: 3);
        var random = new Random(4);

        var first = new MatchingPursuit(family, 1).Decompose(signal).ResidualEnergies;

        var taken = first[0] - first[1];
        for (var i = 0; i < 300; i++)
        {
            AtomPlace place = new(random.NextDouble() * 599, 32 * Math.Pow(2, random.NextDouble() * 4), 0.01 + (0.48 * random.NextDouble()));
            var cosine = new PursuitAtom(family, place, 1, 0).Render(signal.Length);
            var product = signal.Zip(cosine, (x, y) => (double)x * y).Sum();
            Assert.True(product * product / Energy(cosine) <= taken, $"{place} takes more than the first atom");
        }
    }

    [Fact]
    public void OneGaborAtomHoldsAToneFromEndToEnd()
    {
        var tone = Enumerable.Range(0, 4096).Select(n => (float)Math.Sin(0.3 * n)).ToArray();

        var energies = new MatchingPursuit(AtomFamily.Gabor, 1).Decompose(tone).ResidualEnergies;

        Assert.True(energies[1] < 0.1 * energies[0], $"{energies[1] / energies[0]:P1} is left");
    }

    [Fact]
    public void SilenceHasNoAtomsAndNothingIsRefused()
    {
        Assert.Empty(new MatchingPursuit(AtomFamily.Gabor).Decompose(new float[1000]).Atoms);
        Assert.Throws<ArgumentException>(() => new MatchingPursuit(AtomFamily.Gabor).Decompose([]));
    }

    [Fact]
    public void StopsWhenAsked()
    {
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => new MatchingPursuit(AtomFamily.Gabor).Decompose(Noise(512, seed: 5), cancelled));
    }

    private static AtomFamily Family(string name) => name == "gabor" ? AtomFamily.Gabor : AtomFamily.DampedSinusoid;

    private static double Energy(float[] signal) => signal.Sum(x => (double)x * x);

    private static void Add(float[] sum, float[] part)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += part[i];
    }

    private static float[] Noise(int samples, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
