using System.Text.RegularExpressions;
using SparseAudio.Models;
using SparseAudio.Signal;
using Xunit;

namespace SparseAudio.Tests.Models;

public sealed class ModelConfigTests
{
    [Fact]
    public void Every_preset_is_valid_and_survives_json()
    {
        foreach (var name in ModelConfig.PresetNames)
        {
            var preset = ModelConfig.Preset(name);
            preset.Validate();
            Assert.Equal(preset, ModelConfig.FromJson(preset.ToJson()));
        }
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_names_that_exist()
    {
        var message = Assert.Throws<ModelConfigException>(() => ModelConfig.Preset("nonsense")).Message;

        Assert.Contains("nonsense", message);
        Assert.All(ModelConfig.PresetNames, name => Assert.Contains(name, message));
    }

    public static TheoryData<string, ModelConfig> Broken => new()
    {
        { nameof(ModelConfig.Samples), ModelConfig.Published with { Samples = 30000 } },
        { nameof(ModelConfig.Events), ModelConfig.Published with { Events = 0 } },
        { nameof(ModelConfig.Frames), ModelConfig.Published with { Frames = 64 } },
        { nameof(ModelConfig.EncoderDepth), ModelConfig.Published with { EncoderDepth = 8 } },
        { nameof(ModelConfig.EncoderDropout), ModelConfig.Published with { EncoderDropout = 1 } },
        { nameof(ModelConfig.CodeDropout), ModelConfig.Published with { CodeDropout = double.NaN } },
        { nameof(ModelConfig.ImpulseSamples), ModelConfig.Published with { ImpulseSamples = 65536 } },
        { nameof(ModelConfig.Waveforms), ModelConfig.Published with { Waveforms = [] } },
        { nameof(ModelConfig.HighestHz), ModelConfig.Published with { HighestHz = 20000 } },
        { nameof(ModelConfig.MomentumRange), ModelConfig.Published with { MomentumRange = 0.99 } },
        { nameof(ModelConfig.Rooms), ModelConfig.Published with { Rooms = 0 } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_field_that_does_not_fit_is_named(string field, ModelConfig config)
    {
        var problem = Assert.Throws<ModelConfigException>(config.Validate);

        Assert.Equal(field, problem.Field);
        Assert.Contains(field, problem.Message);
        Assert.Throws<ModelConfigException>(() => new SparseAudioModel(config));
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("null", "text")]
    [InlineData("[1", "$")]
    [InlineData("""{"samples": "many"}""", "$.samples")]
    [InlineData("""{"sample": 32768}""", "sample")]
    public void Json_of_something_else_is_refused(string json, string place)
    {
        Assert.Matches(Regex.Escape(place), Assert.Throws<ModelConfigException>(() => ModelConfig.FromJson(json)).Message);
    }

    [Fact]
    public void Configurations_are_equal_when_their_fields_are()
    {
        var copy = ModelConfig.Published with { Waveforms = [Waveform.Sawtooth, Waveform.Square, Waveform.Triangle] };

        Assert.Equal(ModelConfig.Published, copy);
        Assert.Equal(ModelConfig.Published.GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(ModelConfig.Published, copy with { Waveforms = [Waveform.Sine] });
    }
}
