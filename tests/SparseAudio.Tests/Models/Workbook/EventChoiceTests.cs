using SparseAudio.Models;
using SparseAudio.Models.Workbook;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models.Workbook;

[Collection("torch")]
public sealed class EventChoiceTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(42)]
    [InlineData(90)]
    [InlineData(200)]
    public void EventsOfASineLieAtItsPitchAlsoBetweenTheBinsOfTheTransform(int pitch)
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        using var fixedGraph = no_grad();
        var hertz = model.Grid.Hertz(pitch * model.Config.Variants);
        var sine = (arange(8192, device: CPU) * (2 * Math.PI * hertz / 22050)).sin().view(1, 1, -1);

        var code = model.Encode(sine);

        Assert.Equal(pitch, code.Channels[0, 0].item<long>() / model.Config.Variants);
        Assert.Equal(1, code.Values[0, 0].item<float>(), 0.02);
    }

    [Fact]
    public void ASinesSideLobesAreNoPartials()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var grid = new PitchGrid(Small, CPU);
        var sine = (arange(8192, device: CPU) * (2 * Math.PI * grid.Hertz(180 * grid.Variants) / 22050)).sin().view(1, 1, -1);

        // The last frames reach beyond the end of the sine.
        var spectrum = new PitchSpectrum(Small, grid, CPU).Of(sine).narrow(1, 0, 24);
        var heard = (spectrum * LocalMaxima.Peaks(spectrum, 2)).amax([0, 1]).data<float>().ToArray();

        Assert.Equal(1, heard[180], 0.01);
        Assert.InRange(heard.Where((_, pitch) => pitch != 180).Max(), 0, 0.003);
    }

    [Fact]
    public void SuppressionLeavesNoNeighbours()
    {
        using var scope = NewDisposeScope();
        using var model = Untrained();
        using var fixedGraph = no_grad();
        var encoding = model.Encode(Melody());
        var cells = Enumerable.Range(0, (int)encoding.Values.shape[1]).Where(e => encoding.Values[0, e].item<float>() > 0)
            .Select(e => (Pitch: encoding.Channels[0, e].item<long>() / 16, Frame: encoding.Frames[0, e].item<long>())).ToArray();

        Assert.True(cells.Length > 3);
        foreach (var (a, b) in cells.SelectMany((a, i) => cells.Skip(i + 1).Select(b => (a, b))))
            Assert.False(Math.Abs(a.Pitch - b.Pitch) <= 2 && Math.Abs(a.Frame - b.Frame) <= 2);
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
            using var model = Untrained(Small with { PeakRadius = peakRadius, ResidualPasses = 1 });
            using var fixedGraph = no_grad();
            using var generator = new Generator(3);
            foreach (var (name, parameter) in model.named_parameters())
            {
                if (name == "encoder.gate.weight") parameter.normal_(0, 1, generator);
            }
            var encoding = model.Encode(Melody());
            var loud = encoding.Values.flatten().data<float>().ToArray();
            return [.. encoding.Channels.flatten().data<long>()
                .Select((channel, i) => (Hertz: model.Grid.Hertz((int)channel), Value: loud[i]))
                .Where(e => e.Value > 0.02 && new[] { 440.0, 660, 1000 }.All(note => Math.Abs(e.Hertz - note) > 11))
                .Select(e => (double)e.Hertz)];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    public void EveryEventHasACellOfItsOwnAndSilenceHasNone(int rounds)
    {
        using var scope = NewDisposeScope();
        using var model = Untrained(Small with { ResidualPasses = rounds });
        using var fixedGraph = no_grad();

        var code = model.Encode(Melody());

        var cells = model.Grid.PitchOf(code.Channels) * 32 + code.Frames;
        Assert.Equal(code.Values.shape[1], cells.flatten().data<long>().ToArray().Distinct().Count());
        Assert.True(code.Values.gt(0).all().item<bool>());
        Assert.True(code.Values.isfinite().all().item<bool>());
        Assert.Equal(0, model.Encode(zeros_like(Melody())).Values.abs().max().item<float>());
        Assert.Equal(0, model.DecodeSum(model.Encode(zeros_like(Melody()))).abs().max().item<float>());
    }

    [Fact]
    public void ThereAreOnlyAsManyEventsAsTheSoundNeeds()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var coarse = Untrained(Small with { ResidualFloor = 0.3 });
        using var fine = Untrained();
        var sine = (arange(8192, device: CPU) * (2 * Math.PI * 440 / 22050)).sin().view(1, 1, -1);

        Assert.InRange(coarse.Encode(sine).Values.shape[1], 1, 8);
        Assert.True(coarse.Encode(Melody()).Values.shape[1] < fine.Encode(Melody()).Values.shape[1]);
        var batch = coarse.Encode(cat([sine, Melody()], 0));
        var counts = batch.Values.ne(0).sum([1]).data<long>().ToArray();
        Assert.Equal(counts.Max(), batch.Values.shape[1]);
        Assert.Equal(coarse.Encode(sine).Values.shape[1], counts[0]);
        Assert.Equal(coarse.Encode(Melody()).Values.shape[1], counts[1]);
    }

    [Fact]
    public void TheFirstRoundKnowsNothingOfTheSecondAndTheStrongestEventsComeFirst()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var one = Untrained(Small with { ResidualPasses = 1, Refinements = 0 });
        using var two = Untrained(Small with { ResidualPasses = 2, Refinements = 0 });

        var (atOnce, inRounds) = (Events(one), Events(two));

        Assert.Equal(atOnce.Order(), atOnce);
        Assert.Equal(inRounds.Order(), inRounds);
        Assert.Subset(inRounds.ToHashSet(), atOnce.Take(6).ToHashSet());
        Assert.NotEqual(inRounds, atOnce);

        static (float, long, long)[] Events(SparseAudioModel model)
        {
            var code = model.Encode(Melody());
            return [.. Enumerable.Range(0, (int)code.Values.shape[1]).Select(
                e => (-code.Values[0, e].item<float>(), code.Channels[0, e].item<long>(), code.Frames[0, e].item<long>()))];
        }
    }

    [Fact]
    public void WhatTheFirstRoundPlaysIsNotChosenAgain()
    {
        // Two sines of the pitches of channels; the loud one beats, and is loudest at its start.
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Untrained(Small with { Events = 2, ResidualPasses = 2, Refinements = 0 });
        using var atOnce = Untrained(Small with { Events = 2, ResidualPasses = 1, Refinements = 0 });
        foreach (var each in new[] { model, atOnce }) RingForever(each);
        var grid = model.Grid;
        var time = arange(8192, device: CPU);
        var beats = (time * (2 * Math.PI * 5 / 22050)).cos() * 0.2 + 1;
        var loud = (time * (2 * Math.PI * grid.Hertz(120 * 16) / 22050)).sin() * (-time / 20000).exp() * beats * 0.4;
        var quiet = (time * (2 * Math.PI * grid.Hertz(180 * 16) / 22050)).sin() * 0.15;

        var audio = (loud + quiet).view(1, 1, -1);

        Assert.Equal([120, 180], Pitches(model.Encode(audio)));
        Assert.Equal([120, 120], Pitches(atOnce.Encode(audio)));

        static long[] Pitches(SparseEncoding code) => [.. code.Channels.flatten().data<long>().Select(channel => channel / 16).Order()];
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void AGateThatIsShutHidesAPartialFromTheFirstRoundOnly(int rounds, bool found)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Untrained(Small with { ResidualPasses = rounds, Refinements = 0 });
        var time = arange(8192, device: CPU);
        var sine = (time * (2 * Math.PI * model.Grid.Hertz(120 * 16) / 22050)).sin().view(1, 1, -1) * 0.5;
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name == "encoder.gate.bias") parameter.narrow(0, 115, 11).fill_(-30);
        }

        var code = model.Encode(sine);

        var values = code.Values.flatten().data<float>().ToArray();
        var pitches = code.Channels.flatten().data<long>().Select(channel => channel / 16);
        Assert.Equal(found, pitches.Zip(values).Any(e => e.First == 120 && e.Second > 0.3));
    }

    [Fact]
    public void NearACellMeansWithinTheRadiusInPitchAndTime()
    {
        using var scope = NewDisposeScope();
        var map = zeros(1, 6, 7, device: CPU);

        var near = LocalMaxima.Around(tensor(new long[] { 5 }, [1, 1], device: CPU), tensor(new long[] { 1 }, [1, 1], device: CPU), map, 2);

        var expected = Enumerable.Range(0, 42).Select(cell => Math.Abs(cell / 7 - 1) <= 2 && Math.Abs(cell % 7 - 5) <= 2 ? 1f : 0);
        Assert.Equal(expected, near.flatten().data<float>().ToArray());
    }

    // Every event is a sine of the channel's pitch and the event's value that hardly decays.
    private static void RingForever(SparseAudioModel model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name == "decoder.floor.bias") parameter.fill_(-60);
            if (name == "parameter_head.last.weight") parameter.zero_();
            if (name != "parameter_head.last.bias") continue;
            parameter.zero_();
            parameter.narrow(0, SynthParameters.Noise, SynthParameters.NoiseKnots).fill_(-30);
            parameter.narrow(0, SynthParameters.Amplitudes + 1, SynthParameters.AmplitudeKnots.Count - 1).fill_(-20);
            parameter.narrow(0, SynthParameters.Decays, SynthParameters.DecayKnots.Count).fill_(20);
            parameter.narrow(0, SynthParameters.Attack, 1).fill_(-20);
            parameter.narrow(0, SynthParameters.Length, 1).fill_(20);
        }
    }
}
