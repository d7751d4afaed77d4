using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Workbook;
using SparseAudio.Signal;
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

        Assert.Equal([1, 12, 8192], events.shape);
        Assert.True(Distance(events.sum(1, true), model.DecodeSum(encoding)) < 1e-5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void TheSumIsTheSameOnTheShortWayForFewEventsAndOnTheOneForMany(int count)
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(Small with { Events = count });
        using var fixedGraph = no_grad();
        var encoding = model.Encode(Melody());

        Assert.Equal([1, count], encoding.Values.shape);
        Assert.True(Distance(model.DecodeEvents(encoding).sum(1, true), model.DecodeSum(encoding)) < 1e-5);
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
    public void TheClosedFormIsTheConvolutionOfImpulseAndResonance()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var struck = Untrained();
        using var bare = Untrained(Small with { StruckSamples = 0 });
        SilenceTone(struck);
        SilenceTone(bare);
        var details = zeros([1, 1, SynthParameters.Count], device: CPU);
        _ = details.narrow(2, SynthParameters.Strike, 1).fill_(6);
        var encoding = OneEvent(channel: 80 * 16 + 3, frame: 0, value: 0.5f) with { Details = details };
        // Without noise that is heard itself, a struck event is the resonance plus its convolution with the impulse.
        var quiet = details.clone();
        quiet.narrow(2, SynthParameters.Bands, SynthParameters.BandCount).fill_(-30);
        var resonance = bare.DecodeEvents(encoding with { Details = quiet });
        var noise = bare.DecodeEvents(encoding) - resonance;

        var convolved = struck.DecodeEvents(encoding) - bare.DecodeEvents(encoding);

        var voice = struck.Parameters(encoding with { Context = struck.ContextOf(encoding) })[0, 0];
        var level = voice[SynthParameters.Level].exp() * 0.5;
        var strike = (voice[SynthParameters.Strike] - 2).sigmoid();
        var fade = 1 - arange(512, device: CPU) / 512f;
        var impulse = noise.narrow(2, 0, 512) * fade / level * strike;
        var expected = FftConvolution.Convolve(resonance, impulse, 8192);
        Assert.True(Distance(convolved, expected) < 0.02, $"distance {Distance(convolved, expected)}");
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
            details.narrow(2, SynthParameters.Bands, SynthParameters.BandCount).fill_(-30);
            _ = details.narrow(2, SynthParameters.Waveforms, 1).fill_(20);  // a sine
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
        using var model = Untrained(Small with { FineWindow = 0, SuppressionRadius = 0, StruckSamples = 0, Detailed = false });
        var encoding = model.Encode(Melody());

        Assert.Null(encoding.Details);
        Assert.Equal([1, 1, 8192], model.DecodeSum(encoding).shape);
    }

    [Fact]
    public void EveryParameterLearns()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        model.train();
        var encoding = model.Encode(cat([Melody(), Melody()], 0));
        var sound = model.DecodeSum(encoding);
        var named = model.named_parameters().ToArray();

        var gradients = autograd.grad([(sound - cat([Melody(), Melody()], 0)).square().sum()], [.. named.Select(p => (Tensor)p.parameter)]);

        for (var i = 0; i < named.Length; i++)
            Assert.True(gradients[i].isfinite().all().item<bool>(), named[i].name);
        // Layers that start at zero hide those before them from the first gradient, and the rooms are silent here.
        var still = named.Where((_, i) => gradients[i].abs().max().item<float>() == 0).Select(p => p.name).ToArray();
        Assert.True(still.Length <= 16 && still.All(name => name.StartsWith("refiners.") || name.StartsWith("reverb.")), string.Join(" ", still));
    }

    [Fact]
    public void TheRevisionCorrectsValuesDetailsAndContext()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Untrained();
        var draft = model.Encode(Melody());
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name.StartsWith("refiners.") && (name.EndsWith("value.bias") || name.EndsWith("details.bias") || name.EndsWith("context.bias")))
                parameter.fill_(0.5);
        }

        var revised = model.Encode(Melody());

        Assert.True(revised.Channels.eq(draft.Channels).all().item<bool>());
        var factor = Math.Exp(2 * Math.Tanh(0.5));
        Assert.True(Distance(revised.Values, draft.Values * factor) < 1e-5);
        Assert.True((revised.Details! - draft.Details! - 2 * Math.Tanh(0.25)).abs().max().item<float>() < 1e-5);
        Assert.True((revised.Context! - draft.Context! - 1).abs().max().item<float>() < 1e-5);
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
