using SparseAudio.IO.SafeTensors;
using Xunit;

namespace SparseAudio.Tests.IO.SafeTensors;

public sealed class SafeTensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_interrupted_save_leaves_the_old_file_and_no_rubbish()
    {
        var path = _folder.File("weights.safetensors");
        Writer(1).Save(path);
        var old = File.ReadAllBytes(path);
        var failing = Writer(2);
        failing.Add("b", SafeTensorsType.U8, [1], _ => throw new IOException("No space left on device"));

        var error = Assert.Throws<SafeTensorsException>(() => failing.Save(path));

        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Contains("untouched", error.Message, StringComparison.Ordinal);
        Assert.Equal(old, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_tensor_that_writes_another_length_than_announced_never_reaches_the_file(int bytes)
    {
        var path = _folder.File("weights.safetensors");
        var writer = new SafeTensorsWriter();
        writer.Add("a", SafeTensorsType.U8, [1], destination => destination(new byte[bytes]));

        _ = Assert.Throws<SafeTensorsException>(() => writer.Save(path));

        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void A_new_file_replaces_the_old_one()
    {
        var path = _folder.File("weights.safetensors");
        Writer(1).Save(path);

        Writer(2).Save(path);

        using var file = SafeTensorsFile.Open(path);
        Assert.Equal([2f], file.Read<float>("a", SafeTensorsType.F32));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void Names_and_metadata_of_any_text_come_back()
    {
        var path = _folder.File("weights.safetensors");
        const string text = "quotes \" \\ ä 音 \u0001 \U0001F3B5";
        var writer = Writer(1);
        writer.Metadata[text] = text;
        writer.Add<long>(text, SafeTensorsType.I64, [1], new[] { long.MinValue });

        writer.Save(path);

        using var file = SafeTensorsFile.Open(path);
        Assert.Equal(text, file.Metadata[text]);
        Assert.Equal([long.MinValue], file.Read<long>(text, SafeTensorsType.I64));
    }

    [Fact]
    public void Taken_names_and_impossible_shapes_are_refused()
    {
        var writer = Writer(1);

        _ = Assert.Throws<ArgumentException>(() => writer.Add<float>("a", SafeTensorsType.F32, [1], new[] { 1f }));
        _ = Assert.Throws<ArgumentException>(() => writer.Add<float>("__metadata__", SafeTensorsType.F32, [1], new[] { 1f }));
        _ = Assert.Throws<ArgumentException>(() => writer.Add<float>("b", SafeTensorsType.F32, [2], new[] { 1f }));
        _ = Assert.Throws<ArgumentException>(() => writer.Add<float>("c", SafeTensorsType.F32, [-1], new[] { 1f }));
    }

    [Fact]
    public void A_folder_that_is_a_file_is_named()
    {
        File.WriteAllText(_folder.File("file"), "");

        var error = Assert.Throws<SafeTensorsException>(() => Writer(1).Save(_folder.File("file/weights.safetensors")));

        Assert.Contains("could not be written", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("untouched", error.Message, StringComparison.Ordinal);
    }

    private static SafeTensorsWriter Writer(float value)
    {
        var writer = new SafeTensorsWriter();
        writer.Add<float>("a", SafeTensorsType.F32, [1], new[] { value });
        return writer;
    }
}
