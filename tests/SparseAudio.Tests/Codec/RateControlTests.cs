using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Evaluation;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Codec;

[Collection("torch")]
public sealed class RateControlTests : IDisposable
{
    private static readonly string _bach = Repository.Path("data/test/bach-wtc1-prelude-5-d-major-piano-ishizaka.flac");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Files_keep_to_their_rate_and_more_bits_come_closer()
    {
        using var model = ModelFile.Load(Repository.Path("data/workbook.safetensors"));
        var clip = AudioFile.Read(_bach).Slice(0, 8 * model.Config.Samples);
        using var recording = RecordingOf(clip);
        var control = new RateControl(new CodeEncoder(model));
        var distances = new List<double>();
        foreach (var rate in new[] { 0.4, 1.6 })
        {
            var rated = control.Encode(recording, rate);

            Assert.InRange(rated.File.Length * 8 / 1000.0 / clip.DurationSeconds, rate * 0.97, rate);
            distances.Add(AudioMetrics.Compare(clip.Samples, new CodeDecoder(model).Decode(rated.Code).Samples).LogMel);
        }

        Assert.True(distances[1] < distances[0], $"{distances[1]} at 1.6 kbit/s, {distances[0]} at 0.4");
    }

    [Fact]
    public void The_beginning_of_a_file_is_a_coarser_code_of_the_whole_recording()
    {
        using var model = ModelFile.Load(Repository.Path("data/workbook.safetensors"));
        var clip = AudioFile.Read(_bach).Slice(0, 6 * model.Config.Samples);
        using var recording = RecordingOf(clip);
        var rated = new RateControl(new CodeEncoder(model)).Encode(recording, 2);
        using var whole = new CodeReader(new MemoryStream(rated.File), "whole");
        var distances = new List<double>();
        foreach (var layer in whole.Info.Layers)
        {
            using var part = new CodeReader(new MemoryStream(rated.File[..layer.EndByte]), "part");
            var code = part.ToCode();

            Assert.Equal((layer.Events, whole.Length), (code.Events.Length, code.Length));
            distances.Add(AudioMetrics.Compare(clip.Samples, new CodeDecoder(model).Decode(code).Samples).LogMel);
        }

        Assert.Equal(3, distances.Count);
        Assert.Equal(distances.OrderDescending(), distances);
        Assert.InRange(whole.Info.Layers[0].EndByte / (double)rated.File.Length, 0.15, 0.26);
        Assert.InRange(whole.Info.Layers[1].EndByte / (double)rated.File.Length, 0.4, 0.51);
    }

    [Fact]
    public void What_is_kept_are_events_of_the_whole_code()
    {
        using var model = SmallModels.Workbook();
        using var recording = RecordingOf(new AudioClip(SmallModels.Music(4 * 8192), 22050));
        var encoder = new CodeEncoder(model);
        var whole = encoder.Encode(recording);
        var all = new RateControl(encoder).Encode(recording, 1000);
        var some = new RateControl(encoder).Encode(recording, all.KilobitsPerSecond / 2);

        Assert.Equal(whole.Events.Select(e => (e.Frame, e.Channel)), all.Code.Events.Select(e => (e.Frame, e.Channel)));
        Assert.All(all.Code.Events, e => Assert.NotEmpty(e.Details));
        Assert.NotEmpty(some.Code.Events);
        Assert.Subset(
            whole.Events.Select(e => (e.Frame, e.Channel)).ToHashSet(), some.Code.Events.Select(e => (e.Frame, e.Channel)).ToHashSet());
    }

    [Fact]
    public void A_rate_below_one_event_is_refused()
    {
        using var model = SmallModels.Workbook();
        using var recording = RecordingOf(new AudioClip(SmallModels.Music(2 * 8192), 22050));

        var error = Assert.Throws<CodeRateException>(() => new RateControl(new CodeEncoder(model)).Encode(recording, 0.01));

        Assert.Contains("smallest code", error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private Recording RecordingOf(AudioClip clip)
    {
        AudioFile.WriteWav(_folder.File("a.wav"), clip);
        return Recording.Open(_folder.File("a.wav"));
    }
}
