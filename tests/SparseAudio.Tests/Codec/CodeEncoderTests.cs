using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using SparseAudio.Models;
using Xunit;

namespace SparseAudio.Tests.Codec;

[Collection("torch")]
public sealed class CodeEncoderTests : IDisposable
{
    private const int Segment = 8192;
    private readonly TemporaryFolder _folder = new();

    public CodeEncoderTests()
    {
        // A silent segment between, and an end in the midst of one
        var samples = SmallModels.Music(4 * Segment + 3000);
        samples.AsSpan(Segment, Segment).Clear();
        AudioFile.WriteWav(_folder.File("a.wav"), new AudioClip(samples, 22050));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Encoding_to_a_file_makes_the_file_of_the_whole_code(bool workbook, bool pure)
    {
        using SparseAudioModel model = workbook ? SmallModels.Workbook() : SmallModels.Published();
        using var recording = Recording.Open(_folder.File("a.wav"));
        var code = new CodeEncoder(model).Encode(recording);

        var events = new CodeEncoder(model) { Pure = pure }.EncodeToFile(recording, _folder.File("a.sparse"));

        Assert.Equal(CodeFile.ToBytes(pure ? code.WithoutDetails() : code), File.ReadAllBytes(_folder.File("a.sparse")));
        Assert.Equal(code.Events.Length, events);
        Assert.Equal(4, code.Contexts.Length);
    }

    [Fact]
    public void Cancelling_leaves_no_file()
    {
        using var model = SmallModels.Workbook();
        using var recording = Recording.Open(_folder.File("a.wav"));
        using var source = new CancellationTokenSource();
        var afterTheFirst = new CancelAtOnce(source);

        Assert.Throws<OperationCanceledException>(() =>
            new CodeEncoder(model).EncodeToFile(recording, _folder.File("a.sparse"), progress: afterTheFirst, cancellation: source.Token));

        Assert.Equal([_folder.File("a.wav")], Directory.GetFiles(_folder.Path));
    }

    private sealed class CancelAtOnce(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }
}
