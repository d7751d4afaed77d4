using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using SparseAudio.Models;
using SparseAudio.Models.Workbook;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Codec;

[Collection("torch")]
public sealed class CodeDecoderTests : IDisposable
{
    private const int Segment = 8192;
    private readonly SparseAudioModel _model = SmallModels.Workbook();
    private readonly CodeEncoder _encoder;
    private readonly CodeDecoder _decoder;

    public CodeDecoderTests()
    {
        _encoder = new CodeEncoder(_model);
        _decoder = new CodeDecoder(_model);
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_segment_sounds_as_the_model_decodes_it(bool workbook)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using SparseAudioModel model = workbook ? SmallModels.Workbook() : SmallModels.Published();
        model.eval();
        var music = SmallModels.Music(Segment);
        var level = music.Max(Math.Abs);
        var expected = Samples(model.DecodeSum(EncodingOf(model)));

        var code = new CodeEncoder(model).Encode(new AudioClip(music, 22050));
        var sound = new CodeDecoder(model).Decode(code).Samples;

        AssertClose(Array.ConvertAll(expected, x => x * level), sound, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-5)]
    public void A_note_that_goes_on_is_silent_before_its_frame_wherever_it_is_moved(int frames)
    {
        const int continuedMiddle = 16 * 16 + 8;
        var details = new float[SynthParameters.Count];
        details[SynthParameters.Length] = 3;
        var note = new SoundEvent(_model.Config.Frames + frames, continuedMiddle, 1) { Details = [.. details] };
        var context = new SoundContext([.. new float[_model.Config.ContextWidth]]);
        var code = new SparseCode(CodeTensors.LayoutOf(_model.Config), _decoder.Fingerprint, 3 * Segment, [note], [context]);

        var sound = _decoder.Decode(code).Samples;

        var before = sound.AsSpan(0, Segment + (frames - 1) * _model.Config.Hop).ToArray();
        var after = sound.AsSpan(Segment + frames * _model.Config.Hop, 2048).ToArray();
        Assert.True(before.Max(Math.Abs) < 0.02 * after.Max(Math.Abs), $"{before.Max(Math.Abs)} before, {after.Max(Math.Abs)} after");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gains_scale_each_event_of_a_sum(bool workbook)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using SparseAudioModel model = workbook ? SmallModels.Workbook() : SmallModels.Published();
        var plain = EncodingOf(model);
        var gains = arange(16, ScalarType.Float32, CPU).unsqueeze(0) / 8;
        var encoding = plain with { Gains = gains, Context = plain.Context ?? model.ContextOf(plain) };

        var expected = (model.DecodeEvents(plain) * gains.unsqueeze(2)).sum(1);

        AssertClose(Samples(expected), Samples(model.DecodeSum(encoding)), 1e-5);
        AssertClose(Samples(expected), Samples(model.DecodeEvents(encoding).sum(1)), 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void On_a_longer_line_a_segment_sounds_the_same_and_rings_on(bool workbook)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using SparseAudioModel model = workbook ? SmallModels.Workbook() : SmallModels.Published();
        var encoding = EncodingOf(model);

        var segment = Samples(model.DecodeSum(encoding));
        var line = Samples(model.DecodeSum(encoding, ones([1, 1, 2 * Segment], device: CPU)));

        AssertClose(segment, line[..Segment], 1e-5);
        Assert.Equal(2 * Segment, line.Length);
        // What rings goes on where the segment ends: no step there is larger than those around it.
        float StepAt(int i) => Math.Abs(line[i] - line[i - 1]);
        Assert.InRange(StepAt(Segment), 0, Enumerable.Range(Segment - 512, 512).Max(StepAt));
        Assert.True(line.AsSpan(Segment, 512).ToArray().Max(Math.Abs) > 1e-3 * line.Max(Math.Abs), "nothing rings on");
    }

    [Fact]
    public void A_segment_of_a_long_code_sounds_as_it_was_encoded()
    {
        // Given music in the middle of silence
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var music = SmallModels.Music(Segment);
        var level = music.Max(Math.Abs);
        float[] recording = [.. new float[Segment], .. music, .. new float[2 * Segment]];

        var sound = _decoder.Decode(_encoder.Encode(new AudioClip(recording, 22050))).Samples;

        // Then it is what the model makes of the segment, as soon as the noise floor has come in
        var expected = Array.ConvertAll(Samples(_model.DecodeSum(EncodingOf(_model))), x => x * level);
        var passed = 2048;
        AssertClose(expected[passed..], sound[(Segment + passed)..(2 * Segment)], 1e-5);
        Assert.All(sound[..Segment], x => Assert.Equal(0, x));
        Assert.Contains(sound[(2 * Segment)..(3 * Segment)], x => x != 0);
        Assert.All(sound[(3 * Segment)..], x => Assert.Equal(0, x));
    }

    [Fact]
    public void Segments_with_few_events_sound_the_same_together_as_one_by_one()
    {
        // Given a code of 24 segments with 0 to 3 events each, the last in two contexts
        var one = Encode(Segment);
        var other = _encoder.Encode(new AudioClip(SmallModels.Music(2 * Segment)[Segment..], 22050));
        var events = Enumerable.Range(0, 24).SelectMany(s => one.Events.Take(s % 4).Select(e => e with { Frame = e.Frame + s * 32 })).ToList();
        events.AddRange(other.Events.Take(2).Select(e => e with { Frame = e.Frame + 23 * 32, Context = 1 }));
        var code = new SparseCode(one.Layout, one.Model, 25 * Segment, events, [.. one.Contexts, .. other.Contexts]);

        var sum = new float[code.Length];
        foreach (var item in code.Events)
        {
            var alone = _decoder.Decode(code.With([item])).Samples;
            for (var i = 0; i < sum.Length; i++) sum[i] += alone[i];
        }

        AssertClose(sum, _decoder.Decode(code).Samples, 1e-5);
    }

    [Fact]
    public void Decoding_twice_gives_the_same_samples()
    {
        var code = Encode(3 * Segment + 100);

        Assert.Equal(_decoder.Decode(code).Samples, _decoder.Decode(code).Samples);
        Assert.Equal(3 * Segment + 100, _decoder.Decode(code).Samples.Length);
    }

    [Fact]
    public void What_is_soloed_and_what_is_muted_sum_to_the_whole()
    {
        var code = Encode(3 * Segment);
        var query = EventQuery.Time(0.1, 0.6) & EventQuery.Channel(100, 400);

        var whole = _decoder.Decode(code).Samples;
        var solo = _decoder.Decode(code.Solo(query)).Samples;
        var rest = _decoder.Decode(code.Mute(query)).Samples;

        Assert.InRange(code.Solo(query).Events.Length, 1, code.Events.Length - 1);
        AssertClose(whole, [.. solo.Zip(rest, (a, b) => a + b)], 1e-4);
    }

    [Fact]
    public void Gain_scales_the_sound_of_the_selected_exactly()
    {
        var code = Encode(2 * Segment);

        var whole = _decoder.Decode(code).Samples;
        var softer = _decoder.Decode(code.Gain(EventQuery.All, -20)).Samples;

        AssertClose(Array.ConvertAll(whole, x => x * 0.1f), softer, 1e-4);
    }

    [Fact]
    public void Events_moved_by_whole_segments_sound_the_same_later()
    {
        var code = Encode(2 * Segment);
        var moved = code.Move(EventQuery.All, 2.0 * Segment / 22050);

        var before = _decoder.Decode(code.With(code.Events, 3 * Segment)).Samples;
        var after = _decoder.Decode(moved).Samples;

        // The noise floor passes in where silence comes before; from there on all is the same.
        var passed = 2048;
        AssertClose(before.AsSpan(passed, 2 * Segment - passed).ToArray(), after.AsSpan(2 * Segment + passed, 2 * Segment - passed).ToArray(), 1e-4);
        Assert.All(after.AsSpan(0, 2 * Segment).ToArray(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void A_long_tone_has_no_seam_at_the_borders_of_segments()
    {
        // Given a tone struck every 4 frames for 8 segments, all in one context
        using var model = SmallModels.Published();
        var one = new CodeEncoder(model).Encode(new AudioClip(SmallModels.Music(Segment), 22050)).Strongest(1);
        var strokes = Enumerable.Range(0, 64).Select(i => one.Events[0] with { Frame = 4 * i });
        var sound = new CodeDecoder(model).Decode(one.With(strokes, 8 * Segment)).Samples;

        // When the sound has become steady, every stroke is like the one before, borders or not
        var period = 4 * 256;
        var peak = sound.Max(Math.Abs);
        var changes = Enumerable.Range(2 * Segment, 5 * Segment).Select(n => Math.Abs(sound[n] - sound[n - period]) / peak).ToArray();
        var atBorders = Enumerable.Range(2, 5).Max(s => changes.AsSpan((s - 2) * Segment, 512).ToArray().Max());

        // Then nothing stands out, there or anywhere
        Assert.True(peak > 0);
        Assert.InRange(changes.Max(), 0, 0.02);
        Assert.InRange(atBorders, 0, 0.02);
    }

    [Fact]
    public void Encoding_and_decoding_take_the_memory_of_a_segment_whatever_the_length()
    {
        var code = Encode(4 * Segment);
        var blocks = _decoder.DecodeBlocks(code).Select(b => b.Length).ToList();

        Assert.All(blocks, length => Assert.InRange(length, 1, Segment));
        Assert.Equal(4 * Segment, blocks.Sum());
    }

    [Fact]
    public void A_code_that_is_read_while_it_sounds_gives_the_same_samples()
    {
        var code = Encode(3 * Segment + 100);
        using var reader = new CodeReader(new MemoryStream(CodeFile.ToBytes(code, CodePrecision.Lossless)), "a.sparse");
        Assert.Equal(_decoder.Decode(code).Samples, _decoder.DecodeBlocks(reader).SelectMany(block => block));
    }

    [Fact]
    public void Damaged_events_end_the_blocks_with_an_error_that_names_the_file()
    {
        var bytes = new MemoryStream();
        bytes.Write(CodeFile.ToBytes(Encode(40 * Segment)));
        bytes.Position = 0;
        using var reader = new CodeReader(bytes, "a.sparse");
        bytes.SetLength(bytes.Length / 2);

        Assert.Contains("a.sparse: ", Assert.Throws<CodeFileException>(() => _decoder.DecodeBlocks(reader).Count()).Message);
    }

    [Fact]
    public void Silence_has_no_events_and_decodes_to_silence()
    {
        var code = _encoder.Encode(new AudioClip(new float[2 * Segment + 5], 22050));

        Assert.Empty(code.Events);
        Assert.All(_decoder.Decode(code).Samples, x => Assert.Equal(0, x));
    }

    [Fact]
    public void A_code_of_another_model_is_refused_by_name()
    {
        var code = SampleCodes.Uniform(1);

        var exception = Assert.Throws<ModelMismatchException>(() => _decoder.Decode(code));

        Assert.Contains("test-model", exception.Message);
        Assert.Contains(_decoder.Fingerprint, exception.Message);
    }

    [Fact]
    public void Cancelling_stops_between_segments()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => _encoder.Encode(new AudioClip(SmallModels.Music(Segment), 22050), cancellation: source.Token));
    }

    private static SparseEncoding EncodingOf(SparseAudioModel model)
    {
        model.eval();
        var music = SmallModels.Music(Segment);
        return model.Encode(tensor(Array.ConvertAll(music, x => x / music.Max(Math.Abs)), [1, 1, Segment], device: CPU));
    }

    private static float[] Samples(Tensor tensor) => tensor.flatten().data<float>().ToArray();

    private SparseCode Encode(int samples) => _encoder.Encode(new AudioClip(SmallModels.Music(samples), 22050));

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var peak = expected.Max(Math.Abs);
        Assert.True(peak > 0, "the expected sound is silent");
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance * peak, $"differs by {worst / peak:E2} of the peak");
    }
}
