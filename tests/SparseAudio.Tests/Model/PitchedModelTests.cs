using SparseAudio.Model;
using SparseAudio.Model.Pitched;
using SparseAudio.Signal;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Model;

[Collection("torch")]
public sealed class PitchedModelTests
{
    // A quarter of a second is enough for every part, and quick.
    private static readonly ModelConfig Small = ModelConfig.Workbook with { Samples = 8192, Frames = 32, Events = 12, Partials = 8, EncoderWidth = 16 };

    [Fact]
    public void TheWorkbookPresetIsValidAndKeepsTheCodesShape()
    {
        ModelConfig.Workbook.Validate();

        Assert.Equal((64, 4096, 128), (ModelConfig.Workbook.Events, ModelConfig.Workbook.Channels, ModelConfig.Workbook.Frames));
        Assert.Equal(ModelConfig.Workbook, ModelConfig.FromJson(ModelConfig.Workbook.ToJson()));
        Assert.Equal(ModelConfig.Workbook, ModelConfig.Preset("workbook"));
    }

    [Fact]
    public void EncodingAndDecodingTwiceGivesTheSameSamples()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
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
        using var model = Model();
        using var fixedGraph = no_grad();
        var encoding = model.Encode(Melody());

        var events = model.Decode(encoding);

        Assert.Equal([1, 12, 8192], events.shape);
        Assert.True(Distance(events.sum(1, true), model.DecodeSum(encoding)) < 1e-5);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void TheSumIsTheSameOnTheShortWayForFewEventsAndOnTheOneForMany(int count)
    {
        using var scope = NewDisposeScope();
        using var model = Model(Small with { Events = count });
        using var fixedGraph = no_grad();
        var encoding = model.Encode(Melody());

        Assert.Equal([1, count], encoding.Values.shape);
        Assert.True(Distance(model.Decode(encoding).sum(1, true), model.DecodeSum(encoding)) < 1e-5);
    }

    [Fact]
    public void AnEventIsSilentBeforeItsFrameInADryRoomWithoutTone()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var fixedGraph = no_grad();
        SilenceTone(model);
        var encoding = OneEvent(channel: 100 * 16, frame: 20, value: 0.5f);

        var sound = model.Decode(encoding).flatten();

        Assert.InRange(sound.narrow(0, 0, 20 * 256).abs().max().item<float>(), 0, 1e-12);
        Assert.True(sound.narrow(0, 20 * 256, 2048).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void TheClosedFormIsTheConvolutionOfImpulseAndResonance()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var struck = Model();
        using var bare = Model(Small with { StruckSamples = 0 });
        SilenceTone(struck);
        SilenceTone(bare);
        var details = zeros([1, 1, VoiceLayout.Count], device: CPU);
        _ = details.narrow(2, VoiceLayout.Strike, 1).fill_(6);
        var encoding = OneEvent(channel: 80 * 16 + 3, frame: 0, value: 0.5f) with { Details = details };
        // Without noise that is heard itself, a struck event is the resonance plus its convolution with the impulse.
        var quiet = details.clone();
        quiet.narrow(2, VoiceLayout.Bands, VoiceLayout.BandCount).fill_(-30);
        var resonance = bare.Decode(encoding with { Details = quiet });
        var noise = bare.Decode(encoding) - resonance;

        var convolved = struck.Decode(encoding) - bare.Decode(encoding);

        var voice = struck.Pitched!.Voice(encoding, struck.Pitched.NeutralContext(encoding))[0, 0];
        var level = voice[VoiceLayout.Level].exp() * 0.5;
        var strike = (voice[VoiceLayout.Strike] - 2).sigmoid();
        var fade = 1 - arange(512, device: CPU) / 512f;
        var impulse = noise.narrow(2, 0, 512) * fade / level * strike;
        var expected = FftConvolution.Convolve(resonance, impulse, 8192);
        Assert.True(Distance(convolved, expected) < 0.02, $"distance {Distance(convolved, expected)}");
    }

    [Fact]
    public void AChannelsPitchIsHeard()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var fixedGraph = no_grad();
        SilenceTone(model);
        foreach (var pitch in new[] { 90, 140 })
        {
            var details = zeros([1, 1, VoiceLayout.Count], device: CPU);
            details.narrow(2, VoiceLayout.Bands, VoiceLayout.BandCount).fill_(-30);
            _ = details.narrow(2, VoiceLayout.Waveforms, 1).fill_(20);  // a sine
            var sound = model.Decode(OneEvent(pitch * 16, 0, 0.5f) with { Details = details });
            var spectrum = fft.rfft(sound.flatten()).abs();

            var heard = spectrum.argmax().item<long>() * 22050.0 / 8192;

            Assert.InRange(heard / model.Pitched!.Grid.Hertz(pitch * 16), 0.98, 1.02);
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(42)]
    [InlineData(90)]
    [InlineData(200)]
    public void EventsOfASineLieAtItsPitchAlsoBetweenTheBinsOfTheTransform(int pitch)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var fixedGraph = no_grad();
        var hertz = model.Pitched!.Grid.Hertz(pitch * model.Config.Variants);
        var sine = (arange(8192, device: CPU) * (2 * Math.PI * hertz / 22050)).sin().view(1, 1, -1);

        var code = model.Encode(sine);

        Assert.Equal(pitch, code.Channels[0, 0].item<long>() / model.Config.Variants);
        Assert.Equal(1, code.Values[0, 0].item<float>(), 0.02);
    }

    [Fact]
    public void SuppressionLeavesNoNeighbours()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var fixedGraph = no_grad();
        var encoding = model.Encode(Melody());
        var cells = Enumerable.Range(0, 12).Where(e => encoding.Values[0, e].item<float>() > 0)
            .Select(e => (Pitch: encoding.Channels[0, e].item<long>() / 16, Frame: encoding.Frames[0, e].item<long>())).ToArray();

        Assert.True(cells.Length > 3);
        foreach (var (a, b) in cells.SelectMany((a, i) => cells.Skip(i + 1).Select(b => (a, b))))
            Assert.False(Math.Abs(a.Pitch - b.Pitch) <= 2 && Math.Abs(a.Frame - b.Frame) <= 2);
    }

    [Fact]
    public void OptionsCanBeTurnedOff()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Small with { FineWindow = 0, SuppressionRadius = 0, StruckSamples = 0, Detailed = false });
        var encoding = model.Encode(Melody());

        Assert.Null(encoding.Details);
        Assert.Equal([1, 1, 8192], model.DecodeSum(encoding).shape);
    }

    [Fact]
    public void EveryParameterLearns()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        model.train();
        var encoding = model.Encode(cat([Melody(), Melody()], 0));
        var sound = model.DecodeSum(encoding);
        var named = model.named_parameters().ToArray();

        var gradients = autograd.grad([(sound - cat([Melody(), Melody()], 0)).square().sum()], [.. named.Select(p => (Tensor)p.parameter)]);

        for (var i = 0; i < named.Length; i++)
            Assert.True(gradients[i].isfinite().all().item<bool>(), named[i].name);
        // Layers that start at zero hide those before them from the first gradient, and the rooms are silent here.
        var still = named.Where((_, i) => gradients[i].abs().max().item<float>() == 0).Select(p => p.name).ToArray();
        Assert.True(still.Length <= 16 && still.All(name => name.StartsWith("pitched.revisions.") || name.StartsWith("pitched.ensemble.room.")), string.Join(" ", still));
    }

    [Fact]
    public void PeaksAreTheLargestWithinTheirRadiusInTheirOwnFrame()
    {
        using var scope = NewDisposeScope();
        var spectra = tensor(new float[] { 1, 5, 2, 4, 3, 9, 8, 7, 6, 7 }, [1, 2, 5], device: CPU);

        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 0, 0, 1], LocalMaxima.Peaks(spectra, 1).data<float>().ToArray());
        Assert.Equal([0, 1, 0, 0, 0, 1, 0, 0, 0, 1], LocalMaxima.Peaks(spectra, 2).data<float>().ToArray());
    }

    [Fact]
    public void EventsStayAtPeaksWhateverTheGatesPrefer()
    {
        Assert.Empty(PitchesBesideTheNotes(peakRadius: 2));
        Assert.NotEmpty(PitchesBesideTheNotes(peakRadius: 0));

        static double[] PitchesBesideTheNotes(int peakRadius)
        {
            using var scope = NewDisposeScope();
            using var model = Model(Small with { PeakRadius = peakRadius });
            using var fixedGraph = no_grad();
            using var generator = new Generator(3);
            foreach (var (name, parameter) in model.named_parameters())
            {
                if (name == "pitched.encoder.gate.weight") parameter.normal_(0, 1, generator);
            }
            var encoding = model.Encode(Melody());
            var loud = encoding.Values.flatten().data<float>().ToArray();
            return [.. encoding.Channels.flatten().data<long>()
                .Select((channel, i) => (Hertz: model.Pitched!.Grid.Hertz((int)channel), Value: loud[i]))
                .Where(e => e.Value > 0.02 && new[] { 440.0, 660, 1000 }.All(note => Math.Abs(e.Hertz - note) > 11))
                .Select(e => (double)e.Hertz)];
        }
    }

    [Fact]
    public void TheRevisionCorrectsValuesDetailsAndContext()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Model();
        var draft = model.Encode(Melody());
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name.StartsWith("pitched.revisions.") && (name.EndsWith("value.bias") || name.EndsWith("details.bias") || name.EndsWith("context.bias")))
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

        var missing = Revision.Missing(levels, draft);

        Assert.Equal(1, missing.flatten()[0].item<float>());
        Assert.Equal(-1, missing.flatten()[1023].item<float>());
        Assert.Equal(0, Revision.Missing(full_like(levels, -3), full_like(levels, -2)).abs().max().item<float>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheNoiseIsAParameterWhereItIsLearnedAndSavedInAnyCase(bool learned)
    {
        using var model = Model(Small with { LearnedNoise = learned });

        Assert.Equal(learned, model.named_parameters().Any(p => p.name == "pitched.ensemble.noise.bands"));
        Assert.Contains("pitched.ensemble.noise.bands", model.state_dict().Keys);
    }

    [Fact]
    public void PublishedPartsAreRefusedByName()
    {
        using var model = Model();

        var error = Assert.Throws<InvalidOperationException>(() => model.Encoder);

        Assert.Contains("workbook", error.Message);
    }

    private static SparseAudioModel Model(ModelConfig? config = null)
    {
        var model = new SparseAudioModel(config ?? Small, seed: 1);
        model.eval();
        return model;
    }

    private static void SilenceTone(SparseAudioModel model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name == "pitched.ensemble.floor.bias") parameter.fill_(-60);
        }
    }

    private static SparseEncoding OneEvent(long channel, long frame, float value) =>
        new(tensor(new[] { channel }, [1, 1], device: CPU), tensor(new[] { frame }, [1, 1], device: CPU), tensor(new[] { value }, [1, 1], device: CPU));

    private static Tensor Melody()
    {
        var time = arange(8192, device: CPU);
        Tensor Note(double hertz, int start) =>
            (time * (2 * Math.PI * hertz / 22050)).sin() * ((start - time).clamp_max(0) / 2000).exp() * time.ge(start).type_as(time);
        return ((Note(440, 0) + Note(660, 2048) + Note(1000, 4096)) * 0.3).view(1, 1, -1);
    }

    private static double Distance(Tensor a, Tensor b) => ((a - b).norm() / b.norm()).item<float>();
}
