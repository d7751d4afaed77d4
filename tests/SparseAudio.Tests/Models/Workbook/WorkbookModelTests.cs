using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Workbook;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models.Workbook;

[Collection("torch")]
public sealed class WorkbookModelTests
{
    [Fact]
    public void TheWorkbookPresetIsValidAndKeepsTheCodesShape()
    {
        new WorkbookConfig().Validate();

        Assert.Equal((64, 4096, 128), (new WorkbookConfig().Events, new WorkbookConfig().Channels, new WorkbookConfig().Frames));
        Assert.Equal(new WorkbookConfig(), ModelPreset.FromJson(new WorkbookConfig().ToJson()));
        Assert.Equal(new WorkbookConfig(), ModelPreset.Config("workbook"));
    }

    [Fact]
    public void EncodingAndDecodingTwiceGivesTheSameSamples()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        using var fixedGraph = no_grad();
        var (first, second) = (model.Encode(Melody()), model.Encode(Melody()));

        Assert.True(first.Channels.eq(second.Channels).all().item<bool>());
        Assert.True(first.Frames.eq(second.Frames).all().item<bool>());
        Assert.True(model.DecodeSum(first).eq(model.DecodeSum(second)).all().item<bool>());
    }

    [Fact]
    public void TheSumOfTheEventsIsTheWhole()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        using var fixedGraph = no_grad();
        var encoding = model.Encode(Melody());

        var events = model.DecodeEvents(encoding);

        Assert.Equal([1, encoding.Values.shape[1], 8192], events.shape);
        Assert.InRange(encoding.Values.shape[1], 3, 12);
        Assert.True(Distance(events.sum(1, true), model.DecodeSum(encoding)) < 1e-5);
    }

    [Fact]
    public void TheSumOnALineBeginsAsTheSegmentAndRingsOn()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        using var fixedGraph = no_grad();
        var encoding = model.Encode(Melody());

        var line = model.DecodeSum(encoding, ones([1, 1, 2 * 8192], device: CPU));

        Assert.True(Distance(line.narrow(2, 0, 8192), model.DecodeSum(encoding)) < 1e-5);
        Assert.True(line.narrow(2, 8192, 1024).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void AnEventIsSilentBeforeItsFrameInADryRoomWithoutTone()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        using var fixedGraph = no_grad();
        SilenceTone(model);
        var encoding = OneEvent(channel: 100 * 16, frame: 20, value: 0.5f);

        var sound = model.DecodeEvents(encoding).flatten();

        Assert.InRange(sound.narrow(0, 0, 20 * 256).abs().max().item<float>(), 0, 1e-12);
        Assert.True(sound.narrow(0, 20 * 256, 2048).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void TheClosedFormIsASumOfDampedPartialsUnderAnEnvelopeThatIsStraightBetweenKnots()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Untrained();
        SilenceTone(model);
        var details = zeros([1, 1, SynthParameters.Count], device: CPU);
        details.narrow(2, SynthParameters.Noise, SynthParameters.NoiseKnots).fill_(-30);
        _ = details.narrow(2, SynthParameters.Delay, 1).fill_(0.4);
        var encoding = OneEvent(channel: 80 * 16 + 3, frame: 5, value: 0.5f) with { Details = details };

        var sound = model.DecodeEvents(encoding).flatten().data<float>().ToArray();

        var parameters = model.Parameters(encoding with { Context = model.ContextOf(encoding) })[0, 0].data<float>().ToArray().Select(x => (double)x).ToArray();
        var expected = new double[8192];
        for (var n = 0; n < expected.Length; n++)
        {
            var (knot, share) = (n / 64 * 64, n % 64 / 64.0);
            for (var q = 1; q <= 8; q++)
                expected[n] += ((1 - share) * Amplitude(knot, q) + share * Amplitude(knot + 64, q)) * Math.Sin(Angle(n, q));
        }

        var error = Math.Sqrt(sound.Zip(expected, (a, b) => (a - b) * (a - b)).Sum() / expected.Sum(b => b * b));
        Assert.True(error < 2e-3, $"error {error}");

        double Squashed(int parameter, double least, double most, double start) =>
            least * Math.Pow(most / least, 1 / (1 + Math.Exp(-parameters[parameter] - start)));
        double Between(int first, IReadOnlyList<int> knots, int q, Func<int, double> at)
        {
            var upper = Math.Max(1, knots.TakeWhile(k => k < q).Count());
            var share = Math.Log((double)q / knots[upper - 1]) / Math.Log((double)knots[upper] / knots[upper - 1]);
            return (1 - share) * at(upper - 1) + share * at(upper);
        }

        double Stretch(int q) => q * Math.Sqrt(1 + 1e-3 / (1 + Math.Exp(4 - parameters[SynthParameters.Inharmonicity])) * q * q);
        double Angle(double n, int q) => 2 * Math.PI * model.Grid.Hertz(80 * 16) / 22050 * (Stretch(q) * (n - 5 * 256) + q * 5 * 256.0);
        double Amplitude(double n, int q)
        {
            var time = n - 5 * 256 - Math.Tanh(0.4) * 1.5 * 256;
            if (time <= 0) return 0;
            var seconds = time / 22050;
            var level = 0.5 * Math.Exp(parameters[SynthParameters.Level]);
            var amplitude = Between(
                SynthParameters.Amplitudes, SynthParameters.AmplitudeKnots, q,
                k => parameters[SynthParameters.Amplitudes + k] - Math.Log(SynthParameters.AmplitudeKnots[k]));
            var decay = Math.Exp(Between(
                SynthParameters.Decays, SynthParameters.DecayKnots, q, k => Math.Log(Squashed(SynthParameters.Decays + k, 0.020, 10, 0.5))));
            var rise = 1 / (1 + Math.Exp(-6 * (seconds / Squashed(SynthParameters.Attack, 0.004, 0.090, -1) - 0.5)));
            var swell = 1 + 0.95 * Math.Tanh(parameters[SynthParameters.Swell])
                * (1 - Math.Exp(-seconds / Squashed(SynthParameters.SwellTime, 0.020, 0.500, 0)));
            var over = (seconds - Squashed(SynthParameters.Length, 0.020, 3, 0)) / Squashed(SynthParameters.Release, 0.010, 0.300, 0);
            var fall = Math.Exp(-Math.Log(1 + Math.Exp(4 * over)) / 4);
            return level * Math.Exp(amplitude) * Math.Exp(-seconds / decay) * rise * swell * fall;
        }
    }

    [Fact]
    public void AChannelsPitchIsHeard()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        using var fixedGraph = no_grad();
        SilenceTone(model);
        foreach (var pitch in new[] { 90, 140 })
        {
            var details = zeros([1, 1, SynthParameters.Count], device: CPU);
            details.narrow(2, SynthParameters.Noise, SynthParameters.NoiseKnots).fill_(-30);
            details.narrow(2, SynthParameters.Amplitudes + 1, SynthParameters.AmplitudeKnots.Count - 1).fill_(-20);  // a sine
            var sound = model.DecodeEvents(OneEvent(pitch * 16, 0, 0.5f) with { Details = details });
            var spectrum = fft.rfft(sound.flatten()).abs();

            var heard = spectrum.argmax().item<long>() * 22050.0 / 8192;

            Assert.InRange(heard / model.Grid.Hertz(pitch * 16), 0.98, 1.02);
        }
    }

    [Fact]
    public void OptionsCanBeTurnedOff()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(Small with { FineWindow = 0, SuppressionRadius = 0, SurroundingSamples = 0, Detailed = false });
        var encoding = model.Encode(Melody());

        Assert.Null(encoding.Details);
        Assert.Equal([1, 1, 8192], model.DecodeSum(encoding).shape);
    }

    [Fact]
    public void EveryParameterLearnsButTheDetectorsWhichKnowsNotesFromElsewhere()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        model.train();
        manual_seed(1);
        var melodies = Melody().repeat(4, 1, 1);
        var sound = model.DecodeSum(model.Encode(melodies));
        var named = model.named_parameters().ToArray();

        var gradients = autograd.grad(
            [(sound - melodies).square().sum()], [.. named.Select(p => (Tensor)p.parameter)], allow_unused: true);

        var still = new List<string>();
        for (var i = 0; i < named.Length; i++)
        {
            if (gradients[i] is not { IsInvalid: false } gradient || gradient.abs().max().item<float>() == 0) still.Add(named[i].name);
            else Assert.True(gradient.isfinite().all().item<bool>(), named[i].name);
        }

        // Layers that start at zero hide those before them from the first gradient, and the rooms are silent here.
        Assert.All(still, name => Assert.Matches(@"^(detector|refiners|reverb)\.", name));
        Assert.Contains(still, name => name.StartsWith("detector."));
        Assert.True(still.Count(name => !name.StartsWith("detector.")) <= 16, string.Join(" ", still));
    }

    [Fact]
    public void TheFirstRevisionCorrectsValuesAndContextAndTheOthersDetails()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Untrained(Small with { Refinements = 2, AmplitudeUpdates = 0, ResidualPasses = 1 });
        var draft = model.Encode(Melody());
        foreach (var (name, parameter) in model.named_parameters())
            if (name is "refiners.0.last.bias" or "refiners.1.last.bias" or "refiners.0.context.bias") parameter.fill_(0.5);

        var revised = model.Encode(Melody());

        Assert.True(revised.Channels.eq(draft.Channels).all().item<bool>());
        var factor = Math.Exp(Math.Tanh(0.5));
        Assert.True(Distance(revised.Values, draft.Values * factor) < 1e-5);
        Assert.True((revised.Context! - draft.Context! - 0.5).narrow(1, 0, Small.ContextSize).abs().max().item<float>() < 1e-5);
        var changed = revised.Details! - draft.Details! - 2 * Math.Tanh(0.25);
        // The length's plain value depends on the event's voice, and so on its value and context.
        Assert.True(changed.narrow(2, 0, SynthParameters.Length).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void TheRevisionHearsWhatTheDraftLacks()
    {
        using var scope = NewDisposeScope();
        var levels = zeros(1, 32, 1024, device: CPU);
        var draft = full_like(levels, -1);
        draft.narrow(2, 512, 512).fill_(1);

        var missing = ResidualRefiner.Missing(levels, draft);

        Assert.Equal(1, missing.flatten()[0].item<float>());
        Assert.Equal(-1, missing.flatten()[1023].item<float>());
        Assert.Equal(0, ResidualRefiner.Missing(full_like(levels, -3), full_like(levels, -2)).abs().max().item<float>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheNoiseIsAParameterWhereItIsLearnedAndSavedInAnyCase(bool learned)
    {
        using var model = Untrained(Small with { LearnedNoise = learned });

        Assert.Equal(learned, model.named_parameters().Any(p => p.name == "decoder.noise.bands"));
        Assert.Contains("decoder.noise.bands", model.state_dict().Keys);
    }

    private static void SilenceTone(SparseAudioModel model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name == "decoder.floor.bias") parameter.fill_(-60);
        }
    }

    private static SparseEncoding OneEvent(long channel, long frame, float value) =>
        new(tensor(new[] { channel }, [1, 1], device: CPU), tensor(new[] { frame }, [1, 1], device: CPU), tensor(
            new[] { value }, [1, 1], device: CPU));

    private static double Distance(Tensor a, Tensor b) => ((a - b).norm() / b.norm()).item<float>();
}
