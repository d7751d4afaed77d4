using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

public class AudioClipTests
{
    [Fact]
    public void Normalising_divides_by_the_highest_sample_not_by_the_largest()
    {
        Assert.Equal([1f, -2f], new AudioClip([0.25f, -0.5f], 22050).Normalized().Samples);
        Assert.Equal([-1f, -2f], new AudioClip([-0.25f, -0.5f], 22050).Normalized().Samples);
    }

    [Fact]
    public void Silence_and_nothing_stay_as_they_are()
    {
        Assert.Equal([0f, 0f], new AudioClip([0, 0], 22050).Normalized().Samples);
        Assert.Empty(new AudioClip([], 22050).Normalized().Samples);
    }

    [Fact]
    public void A_slice_is_a_copy_of_its_part_and_must_lie_inside()
    {
        var clip = new AudioClip([1, 2, 3, 4], 2, "x");

        Assert.Equal([2f, 3f], clip.Slice(1, 2).Samples);
        Assert.Equal(2, clip.DurationSeconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.Slice(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.Slice(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.Slice(2, int.MaxValue));
    }
}
