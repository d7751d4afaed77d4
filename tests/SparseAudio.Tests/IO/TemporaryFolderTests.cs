using Xunit;
using Temporary = SparseAudio.IO.TemporaryFolder;

namespace SparseAudio.Tests.IO;

public sealed class TemporaryFolderTests
{
    [Fact]
    public void A_folder_goes_with_all_that_is_in_it()
    {
        string path;
        using (var folder = new Temporary())
        {
            path = folder.Path;
            File.WriteAllText(folder.File("a"), "b");
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void What_a_killed_process_left_is_swept_and_what_is_in_use_stays()
    {
        using var used = new Temporary();
        File.WriteAllText(used.File("a"), "b");
        var abandoned = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"sparseaudio-tmp-{Guid.NewGuid():N}")).FullName;
        File.WriteAllText(Path.Combine(abandoned, "lock"), "");
        File.WriteAllText(Path.Combine(abandoned, "sound"), "left");

        Temporary.Sweep();

        Assert.False(Directory.Exists(abandoned));
        Assert.Equal("b", File.ReadAllText(used.File("a")));
    }
}
