using System.Text.Json;
using System.Text.Json.Serialization;
using SparseAudio.Losses;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// The settings of a training. The defaults are the published ones: Adam with a learning rate of 0.001, betas 0 and 0.9, no schedule and no
/// clipping.
/// </summary>
public sealed record TrainingConfig
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The published settings.</summary>
    public static TrainingConfig Published { get; } = new();

    /// <summary>The settings of the workbook's preset: momentum, warm-up, a cosine and clipping, two segments a step.</summary>
    public static TrainingConfig Workbook { get; } = new()
    {
        BatchSize = 2,
        LearningRate = 1e-3,
        Beta1 = 0.9,
        Beta2 = 0.99,
        WarmupSteps = 30,
        DecaySteps = 6000,
        FinalLearningRate = 3e-5,
        ClipNorm = 1,
    };

    /// <summary>The settings of the note detector: eight windows of 2.2 s a step.</summary>
    public static TrainingConfig Notes { get; } = new()
    {
        BatchSize = 8,
        LearningRate = 3e-3,
        Beta1 = 0.9,
        Beta2 = 0.999,
        WarmupSteps = 60,
        DecaySteps = 5500,
        FinalLearningRate = 1e-5,
        ClipNorm = 5,
        ValidationSegments = 64,
    };

    /// <summary>Seed of the data order and of everything random inside the model.</summary>
    public long Seed { get; init; }

    /// <summary>Segments a step.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>
    /// In how many parts, one after the other, each process computes its share of a step's segments; the gradients are the means over all parts.
    /// More parts need less memory. A model with batch norms sees each part by itself.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Adam's learning rate, after the warm-up and before the decay.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Adam's decay of the mean of gradients, 0 to below 1.</summary>
    public double Beta1 { get; init; }

    /// <summary>Adam's decay of the mean of squared gradients, 0 to below 1.</summary>
    public double Beta2 { get; init; } = 0.9;

    /// <summary>Added to the root of the mean squared gradient, so that nothing is divided by zero.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Steps over which the learning rate rises from 0; 0 for none.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>The step at which the learning rate, falling along a half cosine, has reached its end; 0 for no decay.</summary>
    public long DecaySteps { get; init; }

    /// <summary>The learning rate after the decay.</summary>
    public double FinalLearningRate { get; init; }

    /// <summary>The largest norm of all gradients together; larger ones are scaled down. 0 for no clipping.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Steps from one checkpoint, and one validation, to the next.</summary>
    public int CheckpointEvery { get; init; } = 100;

    /// <summary>Checkpoints of steps divisible by this are never deleted; 0 to keep only the latest and the best.</summary>
    public int KeepEvery { get; init; }

    /// <summary>
    /// The share of the recordings, 0 to below 1, that is held out for validation where no folder of validation recordings is given; 0 for
    /// no validation.
    /// </summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Segments of a validation, in whole batches.</summary>
    public int ValidationSegments { get; init; } = 32;

    /// <summary>How many steps in a row may give NaN or infinity before the training stops.</summary>
    public int MaxBadSteps { get; init; } = 10;

    /// <summary>Reads a configuration that <see cref="ToJson"/> wrote, and validates it.</summary>
    /// <exception cref="TrainingException">The text is no configuration, or a field is out of range.</exception>
    public static TrainingConfig FromJson(string json)
    {
        try
        {
            var config = JsonSerializer.Deserialize<TrainingConfig>(json, _json) ?? throw new JsonException("it is null");
            config.Validate();
            return config;
        }
        catch (JsonException e)
        {
            throw new TrainingException($"this is no training configuration ({e.Message.Split('\n')[0]})", e);
        }
    }

    /// <summary>The configuration as a JSON object with one property a field, in camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _json);

    /// <summary>The learning rate of a step, with warm-up and decay.</summary>
    /// <param name="step">The step, from 1.</param>
    public double LearningRateAt(long step)
    {
        var rate = LearningRate;
        if (DecaySteps > 0 && step > WarmupSteps)
        {
            var done = Math.Min(1, (step - WarmupSteps) / (double)(DecaySteps - WarmupSteps));
            rate = FinalLearningRate + (LearningRate - FinalLearningRate) * 0.5 * (1 + Math.Cos(Math.PI * done));
        }

        return step < WarmupSteps ? rate * step / WarmupSteps : rate;
    }

    /// <summary>Checks every field.</summary>
    /// <exception cref="TrainingException">A field is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(BatchSize is >= 1 and <= 4096, nameof(BatchSize), BatchSize, "1 to 4096");
        Require(Accumulate >= 1 && BatchSize % Accumulate == 0, nameof(Accumulate), Accumulate, $"a divisor of {nameof(BatchSize)}, {BatchSize}");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0");
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "0 to below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "0 to below 1");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "above 0");
        Require(WarmupSteps >= 0, nameof(WarmupSteps), WarmupSteps, "0 or more");
        Require(DecaySteps == 0 || DecaySteps > WarmupSteps, nameof(DecaySteps), DecaySteps, $"0, or more than {nameof(WarmupSteps)}");
        Require(
            FinalLearningRate >= 0
                && FinalLearningRate <= LearningRate, nameof(FinalLearningRate), FinalLearningRate, $"0 to {nameof(LearningRate)}");
        Require(ClipNorm >= 0 && double.IsFinite(ClipNorm), nameof(ClipNorm), ClipNorm, "0 or more");
        Require(CheckpointEvery >= 1, nameof(CheckpointEvery), CheckpointEvery, "1 or more");
        Require(KeepEvery >= 0, nameof(KeepEvery), KeepEvery, "0 or more");
        Require(ValidationShare is >= 0 and < 1, nameof(ValidationShare), ValidationShare, "0 to below 1");
        Require(ValidationSegments is >= 1 and <= 4096, nameof(ValidationSegments), ValidationSegments, "1 to 4096");
        Require(MaxBadSteps >= 1, nameof(MaxBadSteps), MaxBadSteps, "1 or more");
    }

    private static void Require(bool good, string field, object value, string allowed)
    {
        if (!good) throw new TrainingException(FormattableString.Invariant($"{nameof(TrainingConfig)}.{field} is {value}; allowed is {allowed}"));
    }
}

/// <summary>The loss of a kind of model, and the settings that suit it.</summary>
/// <param name="Name">The name of the model configuration that it is for.</param>
/// <param name="Config">The settings.</param>
/// <param name="Loss">The loss of a model of the given configuration; it looks at the sum of the events alone.</param>
public sealed record TrainingPreset(string Name, TrainingConfig Config, Func<ModelConfig, ILoss> Loss)
{
    /// <summary>As published: the multiband loss, Adam without schedule.</summary>
    public static TrainingPreset Published { get; } = new("published", TrainingConfig.Published, config => new PublishedLoss(config.Events));

    /// <summary>The workbook's own: spectral losses of several resolutions, momentum, warm-up, decay and clipping.</summary>
    public static TrainingPreset Workbook { get; } = new("workbook", TrainingConfig.Workbook, config => new WorkbookLoss(config.SampleRate));

    private const double QuietestPeak = 0.01;

    private static IReadOnlyList<TrainingPreset> All => [Published, Workbook];

    /// <summary>The preset of a model.</summary>
    /// <param name="config">The model's configuration; its name decides.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="TrainingException">There is none of that name; the message lists those that exist.</exception>
    public static TrainingPreset For(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return All.FirstOrDefault(preset => preset.Name.Equals(config.Name, StringComparison.OrdinalIgnoreCase))
            ?? throw new TrainingException(
                $"ModelConfig.Name is '{config.Name}', for which no loss is known; take one of "
                    + $"{string.Join(", ", All.Select(preset => preset.Name))}");
    }

    /// <summary>Forward pass and loss of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>A function of audio (batch, 1, samples), with surroundings where the model has a use for them.</returns>
    public Func<Tensor, LossParts> Objective(SparseAudioModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var loss = Loss(model.Config);
        return audio =>
        {
            using var scope = NewDisposeScope();
            // Every segment should have a peak of 1, as the encoder of recordings scales them, whatever surrounds it.
            if (model.Config.Surroundings > 0) audio = audio / model.SegmentOf(audio).abs().amax([2], true).clamp_min(QuietestPeak);
            return loss.Compute(model.SegmentOf(audio), model.DecodeSum(model.Encode(audio))).MoveToOuterDisposeScope();
        };
    }
}
