using SparseAudio.Audio;
using SparseAudio.Data;
using SparseAudio.Losses;
using SparseAudio.Training;
using SparseAudio.Training.Parallel;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

/// <summary>A folder with recordings and one for trainings, and trainers of the tiny model over them.</summary>
internal sealed class TrainingBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentDataset _all;
    private readonly SegmentDataset _data;
    private readonly SegmentDataset? _validation;

    public TrainingBench()
    {
        Recordings = _folder.File("recordings");
        Directory.CreateDirectory(Recordings);
        for (var i = 0; i < 3; i++)
        {
            var random = new Random(i);
            float[] samples = [.. Enumerable.Range(0, 6000).Select(n => (float)((0.4 * Math.Sin(n * 0.01 * (i + 1))) + (0.1 * random.NextDouble())))];
            AudioFile.WriteWav(Path.Combine(Recordings, $"{i}.wav"), new AudioClip(samples, 22050));
        }

        _all = SegmentDataset.Open(Recordings, TinyModel.Samples);
        (_data, _validation) = _all.HoldOut(0.3);
    }

    public static TrainingConfig Config { get; } = new() { BatchSize = 2, CheckpointEvery = 5, Seed = 11 };

    /// <summary>The folder of three recordings, one of which is held out for validation.</summary>
    public string Recordings { get; }

    /// <summary>A place for a training.</summary>
    public string Out(string name) => _folder.File(name);

    public Trainer Trainer(
        string name, TrainingConfig? config = null, bool resume = false, TinyModel? model = null,
        Func<Func<Tensor, LossParts>, Func<Tensor, LossParts>>? around = null, bool validates = true, IGradientExchange? exchange = null)
    {
        model ??= new TinyModel();
        var objective = around?.Invoke(model.Objective) ?? model.Objective;
        return new Trainer(
            model, "{}", (audio, _) => objective(audio), _data, config ?? Config, Out(name), resume, validates ? _validation : null, exchange);
    }

    /// <summary>Trains up to a step and returns the result.</summary>
    public TrainingResult Train(string name, long steps, TrainingConfig? config = null, bool resume = false)
    {
        using var trainer = Trainer(name, config, resume);
        return trainer.Run(new TrainingBudget { Steps = steps });
    }

    public byte[] Log(string name) => File.ReadAllBytes(Path.Combine(Out(name), "loss.jsonl"));

    public string[] Files(string name) =>
        [.. Directory.EnumerateFiles(Out(name)).Select(file => Path.GetFileName(file)).Where(file => file.EndsWith(".safetensors",
            StringComparison.Ordinal)).Order()];

    /// <summary>A dying process in the small: the trainer stops between two steps without saving anything.</summary>
    public void TrainAndDie(string name, long deathStep, TrainingConfig? config = null, bool resume = false)
    {
        using var trainer = Trainer(name, config, resume);
        trainer.Every(1, report =>
        {
            if (report.Step == deathStep)
                throw new InvalidOperationException("dead");
        });
        Assert.Equal("dead", Assert.Throws<InvalidOperationException>(() => trainer.Run(new TrainingBudget { Steps = deathStep + 1 })).Message);
    }

    public void Dispose()
    {
        _data.Dispose();
        _validation?.Dispose();
        _all.Dispose();
        _folder.Dispose();
    }
}
