using SparseAudio.Audio;
using SparseAudio.Evaluation.Visqol;
using SparseAudio.Tests.Cli;
using Xunit;

namespace SparseAudio.Tests.Evaluation.Visqol;

[Collection("torch")]
public sealed class VisqolScoreTests
{
    private const int Rate = VisqolScore.SampleRate;

    [Theory]
    [InlineData("castanets48_stereo", "castanets48_stereo", 4.732101253042348)]
    [InlineData("glock48_stereo", "glock48_stereo_48kbps_aac", 4.332452943882108)]
    public void Scores_are_those_of_the_published_program(string original, string rebuilt, double score)
    {
        var result = VisqolScore.Of(Pair(original), Pair(rebuilt));

        Assert.Equal(score, result.Score, 0.00001);
        Assert.Equal(32, result.BandSimilarities.Count);
        Assert.Equal(result.Similarity, result.BandSimilarities.Average(), 12);
    }

    [Fact]
    public void A_delay_and_another_level_change_nothing_and_noise_does()
    {
        var original = Pair("glock48_stereo");
        original = original.Slice(0, 4 * Rate);
        var delayed = original with { Samples = [.. new float[1234], .. original.Samples.Select(x => x / 3)] };
        var random = new Random(1);
        var noisy = original with { Samples = [.. original.Samples.Select(x => x + 0.01f * (random.NextSingle() - 0.5f))] };

        var same = VisqolScore.Of(original, original).Score;

        Assert.Equal(same, VisqolScore.Of(original, delayed).Score, 0.02);
        Assert.InRange(VisqolScore.Of(original, noisy).Score, 1, same - 0.5);
    }

    [Fact]
    public void Sounds_that_have_nothing_in_common_are_bad()
    {
        var tone = Clip(n => 0.5 * Math.Sin(2 * Math.PI * 440 * n / Rate));
        var random = new Random(2);
        var noise = Clip(_ => random.NextDouble() - 0.5);

        Assert.InRange(VisqolScore.Of(tone, noise).Score, 1, 2);
        Assert.InRange(VisqolScore.Of(tone, Clip(_ => 0)).Score, 1, 3);
        Assert.InRange(VisqolScore.Of(tone, tone).Score, 4.5, 5);
    }

    [Fact]
    public void Rebuilt_sounds_that_are_shorter_or_longer_are_judged()
    {
        var original = Pair("glock48_stereo").Slice(0, 5 * Rate);

        Assert.InRange(VisqolScore.Of(original, original.Slice(0, 2 * Rate)).Score, 1, 4.5);
        Assert.InRange(VisqolScore.Of(original.Slice(0, 2 * Rate), original).Score, 4, 5);
        Assert.InRange(VisqolScore.Of(original, original.Slice(4 * Rate - 1, Rate)).Score, 1, 5);
    }

    [Fact]
    public void Another_rate_or_too_short_a_clip_is_refused()
    {
        var clip = Clip(_ => 0);

        Assert.Contains("48000 Hz, not 22050", Assert.Throws<ArgumentException>(() => VisqolScore.Of(clip, clip with { SampleRate = 22050 })).Message);
        Assert.Contains("at least 1 s", Assert.Throws<ArgumentException>(() => VisqolScore.Of(clip.Slice(0, Rate / 2), clip)).Message);
    }

    [Fact]
    public void The_command_line_tells_the_score()
    {
        var (original, rebuilt) = (PathOf("glock48_stereo"), PathOf("glock48_stereo_48kbps_aac"));

        var text = CliProcess.Run("compare", original, rebuilt, "--visqol");
        var json = CliProcess.Run("compare", original, rebuilt, "--visqol", "--json");

        Assert.Equal((0, "ViSQOL 4.332 of 5 (similarity 0.955)\n", ""), (text.ExitCode, text.Output, text.Error));
        Assert.Contains("\"score\": 4.3324", json.Output);
    }

    private static AudioClip Pair(string name) => AudioFile.Read(PathOf(name), Rate);

    private static string PathOf(string name) => Repository.Path("tests", "SparseAudio.Tests", "Evaluation", "Visqol", "pairs", name + ".flac");

    private static AudioClip Clip(Func<int, double> sample) => new([.. Enumerable.Range(0, 2 * Rate).Select(n => (float)sample(n))], Rate);
}
