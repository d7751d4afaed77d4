using System.Text.Json.Nodes;
using SparseAudio.IO.SafeTensors;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using SparseAudio.Signal;
using SparseAudio.Training;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models;

/// <summary>A model's sizes are known, and limited, before anything is allocated.</summary>
[Collection("torch")]
public sealed class ModelSizeTests
{
    private static readonly PublishedConfig _published = new()
    {
        Samples = 4096,
        Frames = 16,
        Channels = 64,
        Events = 4,
        EncoderDepth = 2,
        Window = 256,
        EmbeddingSize = 12,
        ContextSize = 5,
        ImpulseSamples = 1024,
        ImpulseChannels = 6,
        NoiseFrames = 64,
        FilterChannels = 7,
        FilterBands = 9,
        MixChannels = 10,
        AtomsPerWaveform = 3,
        Rooms = 2,
    };

    private static readonly WorkbookConfig _workbook = new()
    {
        Samples = 4096,
        Frames = 16,
        Channels = 64,
        Events = 4,
        EncoderDepth = 2,
        EncoderWidth = 16,
        Window = 512,
        ContextSize = 9,
        EmbeddingSize = 11,
        Rooms = 3,
    };

    public static TheoryData<ModelConfig> Models =>
    [
        _published, _published with { EncoderDepth = 3, ImpulseControlFrames = 8, Waveforms = [Waveform.Sine] }, _workbook,
        _workbook with { Refinements = 0, FineWindow = 0, LearnedNoise = false }, _workbook with { Refinements = 3, Detailed = false, Variants = 4, NoteTimbres = 1 },
    ];

    public static TheoryData<string, string> Numbers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in ModelPreset.Names)
            {
                foreach (var item in JsonNode.Parse(ModelPreset.Config(name).ToJson())!.AsObject())
                    if (item.Value is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number) data.Add(name, item.Key);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_count_of_parameters_is_that_of_the_built_model(ModelConfig config)
    {
        using var model = ModelPreset.Build(config);

        Assert.Equal(model.parameters().Sum(parameter => parameter.numel()), config.ParameterCount);
        Assert.InRange(config.TableCount, model.buffers().Where(buffer => buffer.numel() > 4096).Sum(buffer => buffer.numel()), 1e9);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void No_field_can_be_as_large_as_it_likes(string preset, string field)
    {
        foreach (var size in new[] { int.MaxValue, 1 << 30, 1 << 24 })
        {
            var json = JsonNode.Parse(ModelPreset.Config(preset).ToJson())!;
            json[field] = size;

            Assert.Throws<ModelConfigException>(() => ModelPreset.FromJson(json.ToJsonString()));
        }
    }

    [Fact]
    public void Sizes_that_are_possible_alone_but_not_together_are_refused()
    {
        var problem = Assert.Throws<ModelConfigException>(() => (new WorkbookConfig { EncoderWidth = 8192, EncoderDepth = 7 }).Validate());

        Assert.Contains("all sizes together", problem.Message);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_small_file_with_a_large_configuration_is_refused_before_anything_is_allocated(ModelConfig config)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var model = ModelPreset.Build(config);
        var large = config is PublishedConfig published
            ? (ModelConfig)(published with { Channels = 8192, EmbeddingSize = 4096 })
            : (WorkbookConfig)config with { Channels = 1 << 16, EmbeddingSize = 1024 };
        var path = folder.File("small.safetensors");
        SafeTensorsWriter.Save(path, model.state_dict(), ("model", large.ToJson()));

        var error = Assert.Throws<SafeTensorsException>(() => ModelFile.Load(path));

        Assert.StartsWith($"{path}: its configuration needs {large.ParameterCount:N0} parameters", error.Message);
    }
}
