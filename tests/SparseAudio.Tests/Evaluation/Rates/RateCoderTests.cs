using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Evaluation.Baselines;
using SparseAudio.Evaluation.Rates;
using SparseAudio.Models.Presets;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;

namespace SparseAudio.Tests.Evaluation.Rates;

/// <summary>Coders on three seconds of guitars.</summary>
[Collection("torch")]
public sealed class RateCoderTests
{
    private static readonly AudioClip _clip =
        AudioFile.Read(Repository.Path("data", "test", "tarrega-lagrima-guitar-duo-rendered.flac")).Slice(220500, 3 * 22050);

    [Theory]
    [InlineData("gabor")]
    [InlineData("damped")]
    [InlineData("mdct")]
    public void Bytes_are_used_up_and_not_exceeded_and_more_of_them_are_closer(string name)
    {
        var coded = RateCoders.Create(name).Code(_clip, [0.8, 1.5, 4]).ToArray();

        Assert.Equal([0.8, 1.5, 4], coded.Select(code => code.Rate));
        Assert.All(coded, code => Assert.InRange(code.Bytes.Length, 0.97 * code.Rate * 375, code.Rate * 375));
        var distances = coded.Select(code => RateDistance.Between(_clip.Samples, code.Sound, _clip.SampleRate)).ToArray();
        Assert.Equal(distances.OrderDescending(), distances);
        Assert.True(distances[^1] < 0.8 * distances[0], string.Join(", ", distances));
    }

    [Theory]
    [InlineData("gabor")]
    [InlineData("damped")]
    [InlineData("mdct")]
    [InlineData("opus")]
    public void A_decoder_that_has_nothing_but_the_bytes_gives_the_sound(string name)
    {
        var coded = RateCoders.Create(name).Code(_clip, [1.5]).First();

        Assert.Equal(_clip.Samples.Length, coded.Sound.Length);
        Assert.Equal(coded.Sound, name switch
        {
            "gabor" => AtomCode.Decode(AtomFamily.Gabor, coded.Bytes),
            "damped" => AtomCode.Decode(AtomFamily.DampedSinusoid, coded.Bytes),
            "mdct" => MdctCode.DecodeBytes(coded.Bytes),
            _ => OpusCoder.Decode(coded.Bytes),
        });
    }

    [Theory]
    [InlineData("gabor")]
    [InlineData("damped")]
    public void Decoded_atoms_are_those_that_were_found_but_for_their_precision(string name)
    {
        var family = name == "gabor" ? AtomFamily.Gabor : AtomFamily.DampedSinusoid;
        var atoms = new MatchingPursuit(family, 150) { Lattice = AtomCode.Lattice(family) }.Decompose(_clip.Samples).Atoms;
        var sum = new float[_clip.Samples.Length];
        foreach (var atom in atoms) atom.AddTo(sum);

        var code = new AtomCode(family, atoms, sum.Length, _clip.SampleRate);
        double Error(int precision) => Energy(code.Decode(code.Encode(150, precision, null)).Zip(sum, (a, b) => a - b)) / Energy(sum);

        // A sixteenth of a turn is at most 11 degrees off, a quarter at most 45.
        Assert.InRange(Error(2), 0, 0.03);
        Assert.InRange(Error(0), Error(2), 0.5);
    }

    [Theory]
    [InlineData("gabor")]
    [InlineData("damped")]
    public void A_lazy_pursuit_on_a_fine_lattice_leaves_little_more_than_the_full_one(string name)
    {
        var family = name == "gabor" ? AtomFamily.Gabor : AtomFamily.DampedSinusoid;
        var samples = _clip.Samples[..16384];

        var full = new MatchingPursuit(family, 40).Decompose(samples).ResidualEnergies;
        var lazy = new MatchingPursuit(family, 40) { Lattice = new(16, 16) }.Decompose(samples).ResidualEnergies;

        // In dB; widths, which the full pursuit refines, stay an octave apart.
        Assert.InRange(10 * Math.Log10(lazy[^1] / full[^1]), -1, 3);
    }

    [Fact]
    public void The_transform_gives_the_sound_back_and_keeps_its_energy()
    {
        var sound = _clip.Samples[..30001];
        var transform = new Mdct(1024);

        var coefficients = transform.Forward(sound);

        Assert.Equal(Energy(sound), Energy(coefficients), 1e-5 * Energy(sound));
        Assert.All(transform.Inverse(coefficients, sound.Length).Zip(sound), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void A_noise_floor_is_small_and_decodes_to_what_was_encoded()
    {
        var floor = NoiseFloor.Of(_clip.Samples, _clip.SampleRate, new NoiseChoice(8, 1));

        var bytes = CodeBytes.Write(_clip.Samples.Length, _clip.SampleRate, floor, _ => { });

        // Five bits a level; in three seconds the models have little time to learn.
        Assert.InRange(bytes.Length, 16, 5 / 8.0 * BandNoise.Bands * (1 + (BandNoise.Frames(_clip.Samples.Length) / 8)));
        var decoded = CodeBytes.Read(bytes, (_, length) => new float[length]);
        Assert.Equal(floor.Render(_clip.Samples.Length, _clip.SampleRate), decoded);
        Assert.InRange(Energy(decoded) / Energy(_clip.Samples), 0.2, 2);
    }

    [Fact]
    public void Packets_of_Opus_are_counted_with_their_lengths_and_are_not_late()
    {
        var coded = new OpusCoder().Code(_clip, [1]).ToArray();

        Assert.Equal([6.0, 8.0], coded.Select(code => code.Rate));
        Assert.All(coded, code => Assert.InRange(code.Bytes.Length * 8 / 3000.0, 4, 12));
        var correlations = new[] { -200, 0, 200 }.Select(lag => Correlation(_clip.Samples, coded[1].Sound, lag)).ToArray();
        Assert.Equal(correlations.Max(), correlations[1]);
        Assert.True(correlations[1] > 0.5, string.Join(", ", correlations));
    }

    [Fact]
    public void A_model_codes_within_the_bytes_and_leaves_out_rates_that_are_too_low()
    {
        using var model = ModelPreset.Build(Small);
        var coded = Assert.Single(new ModelCoder(new CodeEncoder(model)).Code(_clip, [0.001, 3]));

        Assert.InRange(coded.Bytes.Length, 1, 3 * 375);
        var code = CodeFile.Read(new MemoryStream(coded.Bytes), "code");
        Assert.Equal(new CodeDecoder(model).Decode(code).Samples, coded.Sound);
    }

    private static double Energy(IEnumerable<float> x) => x.Sum(v => (double)v * v);

    private static double Correlation(float[] a, float[] b, int lag)
    {
        var range = Enumerable.Range(1000, a.Length - 2000);
        return range.Sum(i => (double)a[i] * b[i + lag]) / Math.Sqrt(Energy(a) * Energy(b));
    }
}
