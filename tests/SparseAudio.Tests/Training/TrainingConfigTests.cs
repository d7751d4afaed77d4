using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Training;

public sealed class TrainingConfigTests
{
    [Fact]
    public void Defaults_are_the_published_settings()
    {
        var config = TrainingConfig.Published;

        config.Validate();
        Assert.Equal((1e-3, 0.0, 0.9, 1e-8), (config.LearningRate, config.Beta1, config.Beta2, config.Epsilon));
        Assert.Equal((0, 0, 0), (config.WarmupSteps, config.DecaySteps, config.ClipNorm));
    }

    [Fact]
    public void Json_brings_every_field_back()
    {
        var config = new TrainingConfig
        {
            Seed = long.MinValue,
            BatchSize = 3,
            Accumulate = 3,
            LearningRate = 0.1 + 0.2,
            Beta1 = 0.5,
            Beta2 = 0.99,
            Epsilon = 1e-9,
            WarmupSteps = 7,
            DecaySteps = 9,
            FinalLearningRate = 1e-7,
            ClipNorm = 2.5,
            CheckpointEvery = 11,
            KeepEvery = 22,
            ValidationShare = 0.25,
            ValidationSegments = 44,
            MaxBadSteps = 33,
        };

        Assert.Equal(config, TrainingConfig.FromJson(config.ToJson()));
        Assert.All(typeof(TrainingConfig).GetProperties().Where(p => p.GetMethod!.IsStatic is false), p => Assert.NotEqual(
            p.GetValue(new TrainingConfig()), p.GetValue(config)));
    }

    [Theory]
    [InlineData("""{"batchSize":0}""", "BatchSize is 0")]
    [InlineData("""{"batchSize":4,"accumulate":3}""", "Accumulate is 3; allowed is a divisor of BatchSize, 4")]
    [InlineData("""{"learningRate":0}""", "LearningRate")]
    [InlineData("""{"beta1":1}""", "Beta1 is 1")]
    [InlineData("""{"beta2":-0.1}""", "Beta2 is -0.1")]
    [InlineData("""{"epsilon":0}""", "Epsilon")]
    [InlineData("""{"warmupSteps":-1}""", "WarmupSteps")]
    [InlineData("""{"warmupSteps":5,"decaySteps":5}""", "DecaySteps is 5")]
    [InlineData("""{"finalLearningRate":1}""", "FinalLearningRate")]
    [InlineData("""{"clipNorm":-1}""", "ClipNorm")]
    [InlineData("""{"validationShare":1}""", "ValidationShare")]
    [InlineData("""{"validationSegments":0}""", "ValidationSegments")]
    [InlineData("""{"checkpointEvery":0}""", "CheckpointEvery")]
    [InlineData("""{"keepEvery":-1}""", "KeepEvery")]
    [InlineData("""{"maxBadSteps":0}""", "MaxBadSteps")]
    [InlineData("""{"learningrat":1}""", "learningrat")]
    [InlineData("""{"batchSize":"many"}""", "batchSize")]
    [InlineData("null", "null")]
    [InlineData("{", "no training configuration")]
    public void A_bad_field_is_named(string json, string field) =>
        Assert.Contains(field, Assert.Throws<TrainingException>(() => TrainingConfig.FromJson(json)).Message, StringComparison.Ordinal);
}
