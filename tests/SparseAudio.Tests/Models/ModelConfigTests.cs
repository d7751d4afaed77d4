using System.Text.RegularExpressions;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Signal;
using Xunit;

namespace SparseAudio.Tests.Models;

public sealed class ModelConfigTests
{
    [Fact]
    public void Every_preset_is_valid_and_survives_json()
    {
        foreach (var name in ModelPreset.Names)
        {
            var preset = ModelPreset.Config(name);
            preset.Validate();
            Assert.Equal(preset, ModelPreset.FromJson(preset.ToJson()));
        }
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_names_that_exist()
    {
        var message = Assert.Throws<ModelConfigException>(() => ModelPreset.Config("nonsense")).Message;

        Assert.Contains("nonsense", message);
        Assert.All(ModelPreset.Names, name => Assert.Contains(name, message));
    }

    public static TheoryData<string, ModelConfig> Broken => new()
    {
        { nameof(ModelConfig.Samples), new PublishedConfig { Samples = 30000 } },
        { nameof(ModelConfig.Events), new PublishedConfig { Events = 0 } },
        { nameof(ModelConfig.Frames), new PublishedConfig { Frames = 64 } },
        { nameof(PublishedConfig.EncoderDepth), new PublishedConfig { EncoderDepth = 8 } },
        { nameof(PublishedConfig.EncoderDropout), new PublishedConfig { EncoderDropout = 1 } },
        { nameof(PublishedConfig.CodeDropout), new PublishedConfig { CodeDropout = double.NaN } },
        { nameof(PublishedConfig.ImpulseSamples), new PublishedConfig { ImpulseSamples = 65536 } },
        { nameof(PublishedConfig.Waveforms), new PublishedConfig { Waveforms = [] } },
        { nameof(PublishedConfig.HighestHz), new PublishedConfig { HighestHz = 20000 } },
        { nameof(PublishedConfig.MomentumRange), new PublishedConfig { MomentumRange = 0.99 } },
        { nameof(ModelConfig.Rooms), new PublishedConfig { Rooms = 0 } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_field_that_does_not_fit_is_named(string field, ModelConfig config)
    {
        var problem = Assert.Throws<ModelConfigException>(config.Validate);

        Assert.Equal(field, problem.Field);
        Assert.Contains(field, problem.Message);
        Assert.Throws<ModelConfigException>(() => ModelPreset.Build(config));
    }

    [Theory]
    [InlineData("", "text")]
    [InlineData("null", "model")]
    [InlineData("[1", "text")]
    [InlineData("""{"samples": 32768}""", "model")]
    [InlineData("""{"model": "published", "samples": "many"}""", "$.samples")]
    [InlineData("""{"model": "published", "sample": 32768}""", "sample")]
    public void Json_of_something_else_is_refused(string json, string place)
    {
        Assert.Matches(Regex.Escape(place), Assert.Throws<ModelConfigException>(() => ModelPreset.FromJson(json)).Message);
    }

    [Fact]
    public void Configurations_are_equal_when_their_fields_are()
    {
        var copy = new PublishedConfig { Waveforms = [Waveform.Sawtooth, Waveform.Square, Waveform.Triangle] };

        Assert.Equal(new PublishedConfig(), copy);
        Assert.Equal(new PublishedConfig().GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(new PublishedConfig(), copy with { Waveforms = [Waveform.Sine] });
    }
}
