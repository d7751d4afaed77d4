using SparseAudio.Models.Workbook;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models.Workbook;

[Collection("torch")]
public sealed class HarmonicAnalysisTests
{
    [Theory]
    [InlineData(69, 0)]
    [InlineData(69, 37)]
    [InlineData(69, -44)]
    [InlineData(45, 12)]
    [InlineData(93, 25)]
    public void A_notes_tuning_is_told_to_the_cent_and_its_amplitude_nearly(int pitch, double cents)
    {
        using var scope = NewDisposeScope();
        var config = new WorkbookConfig();
        var nominal = 440 * Math.Pow(2, (pitch - 69) / 12.0);
        var hz = nominal * Math.Pow(2, cents / 1200);
        var time = arange(config.Samples + config.SurroundingSamples, device: CPU) / config.SampleRate - 0.2;
        var sound = zeros_like(time);
        for (var q = 1; q <= 3; q++) sound += (time * (2 * Math.PI * q * hz)).sin() * (0.3 / q) * time.ge(0).type_as(time);

        var analysis = new HarmonicAnalysis(HarmonicAnalysis.SpectraOf(sound.unsqueeze(0), config)[0], config);
        var (found, amplitude) = analysis.Note(nominal, 0.2, 1.2);

        Assert.InRange(1200 * Math.Log2(found / hz), -1, 1);
        // Read off 10 cents apart, the upper partials of high notes lie beside their peaks.
        Assert.InRange(amplitude / (0.3 * Math.Sqrt(1 + 1 / 4.0 + 1 / 9.0)), 0.65, 1.05);
    }

    [Fact]
    public void What_sounds_at_a_frame_is_told_with_where_it_ends()
    {
        var activity = new float[60 * 80];
        for (var frame = 5; frame < 40; frame++) activity[frame * 80 + 12] = 0.9f;
        for (var frame = 5; frame < 40; frame++) activity[frame * 80 + 30] = 0.4f;

        var (pitch, surely, end) = Assert.Single(NotePeaks.SoundingAt(activity, 20));

        Assert.Equal(SparseAudio.Data.Notes.NoteTargets.LowestPitch + 12, pitch);
        Assert.Equal(0.9, surely, 3);
        Assert.InRange(end, 39, 41);
    }
}
