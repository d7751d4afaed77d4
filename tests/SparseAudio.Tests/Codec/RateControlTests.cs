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
        foreach (var rate in new[] { 1.0, 4.0 })
        {
            var rated = control.Encode(recording, rate);

            var bytes = CodeFile.ToBytes(rated.Code, rated.Precision);
            Assert.Equal(rated.Bytes, bytes.Length);
            Assert.InRange(bytes.Length * 8 / 1000.0 / clip.DurationSeconds, rate * 0.97, rate);
            distances.Add(AudioMetrics.Compare(clip.Samples, new CodeDecoder(model).Decode(rated.Code).Samples).LogMel);
        }

        Assert.True(distances[1] < distances[0], $"{distances[1]} at 4 kbit/s, {distances[0]} at 1");
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

        Assert.Equal(whole.Events.Select(e => (e.Frame, e.Channel, e.Amplitude)), all.Code.Events.Select(e => (e.Frame, e.Channel, e.Amplitude)));
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
