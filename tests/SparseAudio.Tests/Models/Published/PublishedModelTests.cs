using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Tests.Models.Workbook;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models.Published;

[Collection("torch")]
public sealed class PublishedModelTests
{
    // _small, but with every part: fewer channels and atoms.
    private static readonly PublishedConfig _small = new PublishedConfig
    {
        Samples = 8192,
        Frames = 32,
        Channels = 64,
        Events = 8,
        Window = 128,
        EncoderDepth = 3,
        EmbeddingSize = 16,
        ImpulseSamples = 1024,
        ImpulseChannels = 8,
        NoiseFrames = 64,
        AtomsPerWaveform = 5,
        FilterChannels = 8,
        MixChannels = 8,
        Rooms = 2,
    };

    [Theory]
    [InlineData("published", 3)]
    [InlineData("workbook", 5)]
    public void EncodingAndDecodingLeaveNothingBehindButTheirResults(string preset, int tensorsOfACode)
    {
        using var fixedGraph = no_grad();
        using var outer = NewDisposeScope();
        using var model = ModelPreset.Build(preset == "workbook" ? SmallWorkbook.Small : _small);
        model.eval();
        var audio = rand([1, 1, 8192], device: CPU) - 0.5;
        var around = outer.DisposablesCount;
        using var scope = NewDisposeScope();

        var code = model.Encode(audio);
        Assert.Equal(tensorsOfACode, scope.DisposablesCount);
        model.DecodeSum(code);
        model.DecodeEvents(code);
        model.forward(audio);

        Assert.Equal(tensorsOfACode + 3, scope.DisposablesCount);
        Assert.Equal(around, outer.DisposablesCount);
    }

    [Fact]
    public void The_state_dictionary_has_the_published_keys_and_shapes()
    {
        using var model = new PublishedModel(new PublishedConfig { Rooms = 8 });
        var expected = File.ReadLines(Repository.Path("tests", "SparseAudio.Parity", "golden", "state_dict.txt"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .ToDictionary(fields => fields[0], fields => fields[1]);

        var actual = model.state_dict().ToDictionary(entry => entry.Key, entry => $"[{string.Join(", ", entry.Value.shape)}]");

        Assert.Empty(expected.Except(actual));
        Assert.Empty(actual.Except(expected));
        Assert.Equal(160, model.named_parameters().Count());
        Assert.Equal(44_694_318, model.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void The_sum_of_all_events_is_what_DecodeSum_gives()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Eval(_small);
        var encoding = model.Encode(Noise(_small, 2));

        var sum = model.DecodeEvents(encoding).sum(1, true);

        AssertClose(sum, model.DecodeSum(encoding), 1e-5);
    }

    [Fact]
    public void An_event_sounds_the_same_in_any_company()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Eval(_small);
        var encoding = model.Encode(Noise(_small, 2));
        var all = model.DecodeEvents(encoding);
        var third = new SparseEncoding(encoding.Channels.narrow(1, 3, 1), encoding.Frames.narrow(1, 3, 1), encoding.Values.narrow(1, 3, 1))
        {
            Context = model.ContextOf(encoding),
        };

        AssertClose(all.narrow(1, 3, 1), model.DecodeEvents(third), 1e-5);
    }

    [Fact]
    public void A_later_event_is_the_same_sound_later_and_cut_off_at_the_end()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = Eval(_small);
        SparseEncoding At(long frame) => new(
            tensor(new long[] { 5 }, [1, 1]), tensor([frame], [1, 1]), tensor(new[] { 2f }, [1, 1]));

        var first = model.DecodeEvents(At(0));
        foreach (var frame in new[] { 1, 2, 17, 31 })
        {
            var shift = frame * _small.Hop;
            var later = model.DecodeEvents(At(frame));
            AssertClose(first.narrow(2, 0, _small.Samples - shift), later.narrow(2, shift, _small.Samples - shift), 1e-5);
            Assert.Equal(0, later.narrow(2, 0, shift).abs().max().item<float>(), 1e-6);
        }
    }

    [Fact]
    public void Frames_after_a_resonance_has_faded_away_are_left_out_and_not_missed()
    {
        using var scope = NewDisposeScope();
        // Each window is an eighth of the one before, so that the last ones cannot be heard.
        using var model = Eval(_small with { MomentumRange = 0.2 });
        SparseEncoding encoding;
        Tensor shortened;
        using (no_grad())
        {
            encoding = model.Encode(Noise(_small, 2));
            shortened = model.DecodeDry(encoding);
        }
        var whole = model.DecodeDry(encoding);

        Assert.True(whole.requires_grad);
        AssertClose(whole.detach(), shortened, 1e-6);
        var heard = new AudibleFrames([0, 3, 0], _small.Frames, _small.Frames / 16, 16, [5, 16, 1]);
        Assert.Equal([3, 1], heard.RowsPerGroup);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model()
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var audio = Noise(_small, 1);
        using var one = Eval(_small, 7);
        using var same = Eval(_small, 7);
        using var other = Eval(_small, 8);

        Assert.Equal(Samples(one.forward(audio)), Samples(same.forward(audio)));
        Assert.NotEqual(Samples(one.forward(audio)), Samples(other.forward(audio)));
        Assert.All(one.named_parameters(), entry => Assert.InRange(entry.parameter.abs().max().item<float>(), 0, 0.1f));
        Assert.All(
            one.named_parameters().Where(entry => entry.name.EndsWith("bias")), entry => Assert.Equal(0, entry.parameter.abs().max().item<float>()));
    }

    [Fact]
    public void The_chosen_values_and_their_gradients_are_those_of_the_dense_code()
    {
        using var scope = NewDisposeScope();
        using var model = Eval(_small);
        var features = randn([2, _small.Window / 2, _small.Frames]).requires_grad_();
        var projection = model.Encoder.Projection;
        Tensor[] inputs = [features, projection.weight, projection.bias!];

        var chosen = EventSelection.Select(features, projection, model.Refractory, _small.Events);
        var dense = EventSelection.Largest(EventSelection.Suppress(projection.forward(features), model.Refractory), _small.Events);

        var weights = arange(1, _small.Events + 1, ScalarType.Float32);
        var gradients = autograd.grad([(chosen.Values * weights).sum()], inputs);
        var references = autograd.grad([(dense.Values * weights).sum()], inputs);
        Assert.Equal(Cells(chosen.Channels), Cells(dense.Channels));
        Assert.Equal(Cells(chosen.Frames), Cells(dense.Frames));
        AssertClose(dense.Values, chosen.Values, 1e-5);
        for (var k = 0; k < inputs.Length; k++) AssertClose(references[k], gradients[k], 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Options_of_the_original_program_can_be_switched_on(int events)
    {
        using var scope = NewDisposeScope();
        using var model = new PublishedModel(_small with { CodeDropout = 0.05, FreshNoise = true, LearnedMix = true });
        var encoding = model.Encode(Noise(_small, 2 + events));
        manual_seed(1);
        var once = Samples(model.DecodeSum(encoding));
        var again = Samples(model.DecodeSum(encoding));

        Assert.NotEqual(once, again);
        Assert.All(once, sample => Assert.True(float.IsFinite(sample)));
    }

    [Fact]
    public void Wrong_shapes_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var model = Eval(_small);

        Assert.Contains("(any, 1, 8192)", Assert.Throws<ArgumentException>(() => model.Encode(zeros(1, 1, 100))).Message);
        SparseEncoding Empty() => new(zeros([1, 0], ScalarType.Int64), zeros([1, 0], ScalarType.Int64), zeros([1, 0]));
        Assert.Contains("(1, 0)", Assert.Throws<ArgumentException>(Empty).Message);
    }

    private static PublishedModel Eval(PublishedConfig config, long seed = 3)
    {
        var model = new PublishedModel(config, seed);
        model.Reverb.SetResponses(randn([config.Rooms, config.Samples], generator: new Generator(5)));
        model.eval();
        return model;
    }

    private static Tensor Noise(ModelConfig config, int batch) => randn([batch, 1, config.Samples], generator: new Generator(11));

    private static float[] Samples(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static long[] Cells(Tensor tensor) => tensor.contiguous().data<long>().ToArray();

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var distance = (expected - actual).norm().item<float>() / Math.Max(expected.norm().item<float>(), 1e-12f);
        Assert.InRange(distance, 0, tolerance);
    }
}
