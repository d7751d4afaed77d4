using System.Buffers.Binary;
using System.Text.RegularExpressions;
using SparseAudio.Audio;
using SparseAudio.Interactive.Players;
using Xunit;

namespace SparseAudio.Tests.Interactive;

public sealed class AudioPlayerTests
{
    [Fact]
    public void A_player_carries_the_clip_as_16_bit_pcm_of_its_length_and_rate()
    {
        var wave = WaveOf(new AudioPlayer(new AudioClip([0, 0.5f, -1, 0.25f], 22050, "four samples")));

        Assert.Equal(44 + 8, wave.Length);
        Assert.Equal(22050, BinaryPrimitives.ReadInt32LittleEndian(wave.AsSpan(24)));
        Assert.Equal([0, 16384, -32767, 8192], Samples(wave));
    }

    [Fact]
    public void A_clip_beyond_full_scale_is_lowered_as_a_whole_and_says_so()
    {
        var player = new AudioPlayer(new AudioClip([2, -4, 1], 8000));

        Assert.Equal([16384, -32767, 8192], Samples(WaveOf(player)));
        Assert.Contains("lowered to full scale", player.ToHtml());
    }

    [Fact]
    public void A_clip_below_full_scale_keeps_its_level()
    {
        var player = new AudioPlayer(new AudioClip([0.1f, -0.1f], 8000));

        Assert.Equal([3277, -3277], Samples(WaveOf(player)));
        Assert.Contains("peak -20.0 dB", player.ToHtml());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_clip_that_cannot_be_played_is_refused_with_its_name(float sample)
    {
        var error = Assert.Throws<ArgumentException>(() => new AudioPlayer(new AudioClip([0, sample], 8000, "broken")).ToHtml());

        Assert.Contains("Sample 1 of the clip 'broken'", error.Message);
    }

    [Fact]
    public void An_empty_clip_still_makes_a_page() => Assert.Contains("0.00 s · silent", new AudioPlayer(new AudioClip([], 22050)).ToHtml());

    [Fact]
    public void A_name_cannot_smuggle_markup_into_the_page() =>
        Assert.DoesNotContain("<img", new AudioPlayer(new AudioClip([0.5f], 22050, "<img src=x onerror=alert(1)>")).ToHtml());

    [Fact]
    public void Without_scripts_the_player_is_a_picture_and_the_browsers_own_controls()
    {
        var html = new AudioPlayer(new AudioClip([0.5f, -0.5f], 22050)).ToHtml();
        var still = Regex.Replace(html, "<script.*?</script>", "", RegexOptions.Singleline);

        Assert.Contains("<audio controls", still);
        Assert.Contains("<path d=\"M0 50", still);
    }

    [Fact]
    public void The_outline_holds_the_extremes_of_each_stretch() =>
        Assert.Equal([(-1f, 2f), (-3f, 4f)], WaveformOutline.Columns([2, -1, -3, 4], 2));

    private static byte[] WaveOf(AudioPlayer player) =>
        Convert.FromBase64String(Regex.Match(player.ToHtml(), "data:audio/wav;base64,([^\"]+)").Groups[1].Value);

    private static int[] Samples(byte[] wave) =>
        [.. Enumerable.Range(0, (wave.Length - 44) / 2).Select(i => (int)BinaryPrimitives.ReadInt16LittleEndian(wave.AsSpan(44 + (2 * i))))];
}
