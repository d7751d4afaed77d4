using System.Diagnostics;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Cli;

/// <summary>Codes that are small in their file and large in every other way.</summary>
[Collection("torch")]
public sealed class HostileCodeTests : IDisposable
{
    // Of managed memory: with a million events in it no command would end well.
    private const long HeapLimit = 64 << 20;
    private const int Segments = 100;
    private const int EventsPerSegment = 10_000;

    private static readonly Lazy<string> _shipped = new(() =>
    {
        using var model = ModelFile.Load(Repository.Path("data", "workbook.safetensors"));
        return ModelFingerprint.Of(model);
    });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("info", "bomb.sparse")]
    [InlineData("events", "bomb.sparse", "--strongest", "3")]
    [InlineData("events", "bomb.sparse")]
    [InlineData("events", "bomb.sparse", "--json")]
    [InlineData("convert", "bomb.sparse", "other.sparse")]
    [InlineData("convert", "bomb.sparse", "other.json")]
    public async Task A_million_events_in_a_small_file_are_never_all_in_memory(params string[] arguments)
    {
        WriteBomb();

        using var process = Process.Start(new ProcessStartInfo(CliProcess.Executable, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_GCHeapHardLimit"] = $"0x{HeapLimit:x}" },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var lines = 0;
        while (await process.StandardOutput.ReadLineAsync() is not null) lines++;

        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        Assert.Equal(0, process.ExitCode);
        if (arguments is ["events", _]) Assert.Equal(Segments * EventsPerSegment + 2, lines);
    }

    [Fact]
    public void A_converted_code_is_the_code()
    {
        var code = Codec.SampleCodes.Edited(4);
        CodeFile.Write(_folder.File("a.sparse"), code, CodePrecision.Lossless);

        var there = CliProcess.Run(["convert", "a.sparse", "a.json"], _folder.Path);
        var back = CliProcess.Run(["convert", "a.json", "b.sparse", "--lossless"], _folder.Path);

        Assert.Equal((0, 0), (there.ExitCode, back.ExitCode));
        Assert.Equal(File.ReadAllBytes(_folder.File("a.sparse")), File.ReadAllBytes(_folder.File("b.sparse")));
    }

    [Fact]
    public void A_few_bytes_that_claim_to_last_for_months_are_not_decoded_unasked()
    {
        const long months = 22050L * 3600 * 24 * 100;
        CodeFile.Write(_folder.File("long.sparse"), SparseCode.FromEvents(new CodeLayout(), _shipped.Value, months, [new(0, 5, 0.5f)]));

        var refused = CliProcess.Run(["decode", _folder.File("long.sparse"), "--device", "cpu"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("2,400 hours, a WAV file of 381.0 GB; add --allow-long if that is right", refused.Error);
        Assert.False(File.Exists(_folder.File("long.wav")));
    }

    [Fact]
    public void An_event_an_hour_is_decoded()
    {
        var layout = new CodeLayout();
        var events = Enumerable.Range(0, 3).Select(hour => new SoundEvent((int)(hour * 1800 / layout.SecondsPerFrame), 5, 0.5f));
        CodeFile.Write(_folder.File("rare.sparse"), SparseCode.FromEvents(layout, _shipped.Value, 22050 * 3700, events));

        var result = CliProcess.Run(["decode", _folder.File("rare.sparse"), "-q", "--device", "cpu"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(44 + 2L * 22050 * 3700, new FileInfo(_folder.File("rare.wav")).Length);
    }

    [Theory]
    [InlineData(500, 32)]
    [InlineData(32, 500)]
    public void Numbers_that_no_event_of_the_model_has_are_refused_by_name(int details, int numbers)
    {
        var code = new SparseCode(
            new CodeLayout(), _shipped.Value, 32768, [new(0, 5, 0.5f) { Details = [.. new float[details]] }], [new SoundContext([.. new float[numbers]])]);
        CodeFile.Write(_folder.File("odd.sparse"), code);

        var result = CliProcess.Run(["decode", _folder.File("odd.sparse"), "--device", "cpu"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("its grid or the numbers of its events are not that model's", result.Error);
    }

    private void WriteBomb()
    {
        var layout = new CodeLayout();
        var context = new SoundContext([.. new float[4]]);
        using var writer = new CodeWriter(_folder.File("bomb.sparse"), layout, "m");
        for (var segment = 0; segment < Segments; segment++)
            writer.Add(context, Enumerable.Range(0, EventsPerSegment).Select(i => new SoundEvent(segment * layout.SegmentFrames + i / 100, 7, 1)));
        writer.Commit((long)Segments * layout.SegmentSamples);
    }
}
