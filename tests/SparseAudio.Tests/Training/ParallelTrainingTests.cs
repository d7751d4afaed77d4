using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SparseAudio.IO.SafeTensors;
using SparseAudio.Losses;
using SparseAudio.Tests.Cli;
using SparseAudio.Training;
using SparseAudio.Training.Parallel;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

/// <summary>A fact about several processes; skipped where Open MPI is not installed, which <c>./workbook test</c> installs.</summary>
internal sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute() => Skip = Mpi.WhyMissing;
}

/// <summary>The same for a theory.</summary>
internal sealed class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute() => Skip = Mpi.WhyMissing;
}

/// <summary>Trainings of several real processes under Open MPI's mpirun, and what one process does instead.</summary>
[Collection("torch")]
public sealed class ParallelTrainingTests : IDisposable
{
    private const double RoundingError = 1e-5;
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [MpiTheory]
    [InlineData("published")]
    [InlineData("workbook")]
    public void Two_processes_are_one_that_accumulates_two_parts(string preset)
    {
        var alone = Mpi.Train(_bench, preset, "alone", 1, "--steps", "50", "--accumulate", "2");
        var together = Mpi.Train(_bench, preset, "together", 2, "--steps", "50");
        var again = Mpi.Train(_bench, preset, "again", 2, "--steps", "50");

        Assert.Equal((0, 0, 0), (alone.Code, together.Code, again.Code));
        var difference = Difference(Checkpoint("alone", 50), Checkpoint("together", 50));
        Assert.True(difference < RoundingError, $"{difference}; {together.Error}");
        Assert.Equal(File.ReadAllBytes(Checkpoint("together", 50)), File.ReadAllBytes(Checkpoint("again", 50)));
        Assert.Equal(_bench.Log("together"), _bench.Log("again"));
    }

    [MpiFact]
    public void A_training_goes_on_with_another_number_of_processes()
    {
        Assert.Equal(0, Mpi.Train(_bench, "published", "whole", 1, "--steps", "20", "--accumulate", "2").Code);

        Assert.Equal(0, Mpi.Train(_bench, "published", "parts", 2, "--steps", "10").Code);
        Assert.Equal(0, Mpi.Train(_bench, "published", "parts", 1, "--steps", "20", "--accumulate", "2", "--resume").Code);

        Assert.True(Difference(Checkpoint("whole", 20), Checkpoint("parts", 20)) < RoundingError);
    }

    [MpiFact]
    public void A_killed_process_ends_all_and_loses_nothing()
    {
        using var training = Mpi.Start(_bench, "published", "killed", 2, "--steps", "1000000", "--checkpoint-every", "5");
        Mpi.WaitFor(training, "saved");
        var children = Mpi.Children(training);
        Assert.Equal(2, children.Length);

        Process.GetProcessById(children[1]).Kill();
        var error = training.StandardError.ReadToEnd();

        Assert.True(training.WaitForExit(TimeSpan.FromMinutes(1)), "mpirun does not end");
        Assert.NotEqual(0, training.ExitCode);
        Assert.Contains("exited on signal 9", error, StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => !children.Any(IsAlive), TimeSpan.FromSeconds(20)), "a process lives on");
        var reached = new CheckpointFolder(_bench.Out("killed")).Latest()!.Step;
        var steps = $"{reached + 3}";
        Assert.Equal(0, Mpi.Train(_bench, "published", "killed", 2, "--steps", steps, "--checkpoint-every", "5", "--resume").Code);
        Assert.Equal(0, Mpi.Train(_bench, "published", "whole", 2, "--steps", steps, "--checkpoint-every", "5").Code);
        Assert.Equal(File.ReadAllBytes(Checkpoint("whole", reached + 3)), File.ReadAllBytes(Checkpoint("killed", reached + 3)));
        Assert.Equal(_bench.Log("whole"), _bench.Log("killed"));
    }

    [MpiFact]
    public void An_interrupted_mpirun_saves_the_step_and_ends()
    {
        using var training = Mpi.Start(_bench, "published", "run", 2, "--steps", "1000000", "--checkpoint-every", "1000000");
        Mpi.WaitFor(training, "step 1");

        Mpi.Interrupt(training);
        var error = training.StandardError.ReadToEnd();

        Assert.True(training.WaitForExit(TimeSpan.FromMinutes(1)), "mpirun does not end");
        var latest = new CheckpointFolder(_bench.Out("run")).Latest();
        Assert.True(latest is { Step: > 0 }, error);
        Assert.Equal(latest.Step, TrainingLog.Read(Path.Combine(_bench.Out("run"), "loss.jsonl")).Count);
    }

    [MpiTheory]
    [InlineData("--learning-rate 0.5", "process 1 differs from process 0 in its training configuration (learningRate is 0.5, not 0.001)")]
    [InlineData("--data other", "process 1 differs from process 0 in its recordings")]
    [InlineData("--model-config workbook.json", "process 1 differs from process 0 in its model (")]
    public void A_process_that_would_train_something_else_is_named_before_the_first_step(string difference, string says)
    {
        Mpi.WriteConfigs(_bench);
        Directory.CreateDirectory(_bench.Out("other"));
        File.Copy(Path.Combine(_bench.Recordings, "0.wav"), Path.Combine(_bench.Out("other"), "0.wav"));
        File.Copy(Path.Combine(_bench.Recordings, "1.wav"), Path.Combine(_bench.Out("other"), "1.wav"));
        string[] usual = ["train", "--model-config", "published.json", "--data", "recordings", "--out", "run", "--batch", "4", "--steps", "5"];
        var replaced = difference.Split(' ');
        var place = Array.IndexOf(usual, replaced[0]);
        string[] other = place < 0 ? [.. usual, .. replaced] : [.. usual[..place], .. replaced, .. usual[(place + 2)..]];

        var result = Mpi.Run(_bench, ["-np", "1", CliProcess.Executable, .. usual, ":", "-np", "1", CliProcess.Executable, .. other]);

        Assert.NotEqual(0, result.Code);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n'), line => line.StartsWith("sparseaudio: error", StringComparison.Ordinal));
        Assert.False(File.Exists(Checkpoint("run", 5)));
    }

    [MpiFact]
    public void A_process_that_never_comes_is_named()
    {
        Mpi.WriteConfigs(_bench);

        var result = Mpi.Run(_bench, [
            "-np", "1", CliProcess.Executable, "train", "--model-config", "published.json", "--data", "recordings", "--out", "run", "--batch", "4",
            "--patience", "2", ":", "-np", "1", "sleep", "60"]);

        Assert.NotEqual(0, result.Code);
        Assert.Contains("process 1 of 2 has not begun to train within 2 s", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_is_bad_on_one_process_is_skipped_on_all()
    {
        using var meeting = new Barrier(2);
        var shared = new ConcurrentDictionary<int, object>();
        var results = new TrainingResult[2];
        var weights = new float[2][];
        Thread[] processes = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() =>
        {
            using var model = new TinyModel();
            var step = 0;
            LossParts Poisoned(LossParts loss) => ++step == 4 && rank == 1 ? LossParts.Of([("bad", loss.Total * double.NaN)]) : loss;
            using var trainer = _bench.Trainer(
                "run", TrainingBench.Config with { BatchSize = 4, CheckpointEvery = 1000 }, model: model, validates: false,
                around: objective => audio => Poisoned(objective(audio)), exchange: new ThreadExchange(rank, meeting, shared));
            results[rank] = trainer.Run(new TrainingBudget { Steps = 8 });
            weights[rank] = [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
        }))];
        foreach (var process in processes) process.Start();
        foreach (var process in processes) process.Join();

        Assert.All(results, result => Assert.Equal((8, 1), (result.Step, result.SkippedSteps)));
        Assert.Equal(weights[0], weights[1]);
        var skipped = Assert.Single(TrainingLog.Read(Path.Combine(_bench.Out("run"), "loss.jsonl")), entry => entry.Skipped is not null);
        Assert.Equal((4, "1 of 2 processes had no finite loss"), (skipped.Step, skipped.Skipped));
    }

    [Fact]
    public void Gradients_of_parts_are_those_of_the_whole_where_no_part_sees_the_others()
    {
        float[] Train(string name, int parts)
        {
            using var model = new TinyModel();
            model.eval();
            // In evaluation mode there is neither dropout nor a statistic of the batch.
            using var trainer = _bench.Trainer(
                name, TrainingBench.Config with { BatchSize = 4, Accumulate = parts }, model: model, validates: false, around: objective => audio =>
                {
                    model.eval();
                    return objective(audio);
                });
            trainer.Run(new TrainingBudget { Steps = 6 });
            return [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
        }

        var (whole, parts) = (Train("whole", 1), Train("parts", 4));

        Assert.NotEqual(whole, new TinyModel().parameters().SelectMany(parameter => parameter.data<float>().ToArray()));
        Assert.All(whole.Zip(parts), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    private string Checkpoint(string name, long step) => new CheckpointFolder(_bench.Out(name)).FileOf(step);

    private static bool IsAlive(int process) => Directory.Exists($"/proc/{process}");

    // The norm of the difference of all weights and moments, relative to that of the weights and moments.
    private static double Difference(string first, string second)
    {
        using var scope = NewDisposeScope();
        using var one = SafeTensorsFile.Open(first);
        using var two = SafeTensorsFile.Open(second);
        var (sum, error) = (0.0, 0.0);
        foreach (var name in one.Entries.Where(entry => entry.Type == SafeTensorsType.F32).Select(entry => entry.Name))
        {
            var (a, b) = (one.Read<float>(name, SafeTensorsType.F32), two.Read<float>(name, SafeTensorsType.F32));
            for (var i = 0; i < a.Length; i++)
            {
                sum += a[i] * (double)a[i];
                error += Math.Pow(a[i] - b[i], 2);
            }
        }

        Assert.True(sum > 0);
        return Math.Sqrt(error / sum);
    }
}

/// <summary>Two processes of an exchange as two threads of one, for what a test must poison on one side alone.</summary>
internal sealed class ThreadExchange(int rank, Barrier meeting, ConcurrentDictionary<int, object> told) : IGradientExchange
{
    public int Rank => rank;

    public int Count => 2;

    public int LocalRank => rank;

    public void Sum(Span<float> numbers)
    {
        var all = Meet(numbers.ToArray());
        for (var i = 0; i < numbers.Length; i++) numbers[i] = all[0][i] + all[1][i];
    }

    public void Sum(Span<double> numbers)
    {
        var all = Meet(numbers.ToArray());
        for (var i = 0; i < numbers.Length; i++) numbers[i] = all[0][i] + all[1][i];
    }

    public void Share(Span<byte> bytes) => Meet(bytes.ToArray())[0].CopyTo(bytes);

    public IReadOnlyList<string> Gather(string text) => Meet(text);

    public void Abort() => throw new InvalidOperationException("a process gave up");

    public void Dispose()
    {
    }

    private T[] Meet<T>(T own)
    {
        told[rank] = own!;
        Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(1)), "the other process does not come");
        T[] all = [(T)told[0], (T)told[1]];
        meeting.SignalAndWait();
        return all;
    }
}

/// <summary>Runs trainings under mpirun.</summary>
internal static partial class Mpi
{
    private const int InterruptSignal = 2;
    private static readonly TimeSpan _hangs = TimeSpan.FromMinutes(4);

    private const string Published = """
        { "model": "published", "name": "published", "samples": 4096, "events": 8, "channels": 64, "frames": 16, "window": 256, "encoderDepth": 2,
          "embeddingSize": 16, "contextSize": 8, "impulseSamples": 1024, "impulseChannels": 8, "impulseControlFrames": 4, "noiseFrames": 16,
          "atomsPerWaveform": 8, "resonanceWindow": 1024, "filterChannels": 8, "filterBands": 8, "mixChannels": 8 }
        """;

    private const string Workbook = """
        { "model": "workbook", "name": "workbook", "samples": 4096, "frames": 16, "events": 8, "channels": 256, "encoderDepth": 2, "encoderWidth": 16,
          "embeddingSize": 8, "contextSize": 8, "rooms": 2, "residualFloor": 0.0001, "partials": 8, "surroundingSamples": 0, "detectorWidth": 8 }
        """;

    public static string? WhyMissing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "mpirun")))
            ? null
            : "Open MPI is not installed: apt-get install openmpi-bin";

    public static void WriteConfigs(TrainingBench bench)
    {
        File.WriteAllText(bench.Out("published.json"), Published);
        File.WriteAllText(bench.Out("workbook.json"), Workbook);
    }

    /// <summary>Trains to the end.</summary>
    public static (int Code, string Error) Train(TrainingBench bench, string preset, string name, int processes, params string[] more)
    {
        using var training = Start(bench, preset, name, processes, more);
        return End(training);
    }

    /// <summary>Starts a training of four segments a step.</summary>
    public static Process Start(TrainingBench bench, string preset, string name, int processes, params string[] more)
    {
        WriteConfigs(bench);
        string[] training = [CliProcess.Executable, "train", "--model-config", preset + ".json", "--data", "recordings", "--out", name, "--batch", "4", .. more];
        return StartIn(bench, processes == 1 ? training : ["mpirun", .. Options, "-np", $"{processes}", .. training]);
    }

    /// <summary>Runs mpirun with arguments of its own.</summary>
    public static (int Code, string Error) Run(TrainingBench bench, string[] arguments)
    {
        using var process = StartIn(bench, ["mpirun", .. Options, .. arguments]);
        return End(process);
    }

    public static void WaitFor(Process process, string text)
    {
        var before = "";
        while (process.StandardError.ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal)) return;
            before += line + "\n";
        }

        throw new InvalidOperationException($"ended before it said '{text}': {before}");
    }

    public static int[] Children(Process process) =>
        [.. File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    public static void Interrupt(Process process) => _ = SendSignal(process.Id, InterruptSignal);

    // Root may run it, and two processes fit on one core, where they must not wait in a busy loop.
    private static string[] Options => ["--allow-run-as-root", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1"];

    private static (int Code, string Error) End(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(_hangs), "the training does not end");
        return (process.ExitCode, error.GetAwaiter().GetResult());
    }

    private static Process StartIn(TrainingBench bench, string[] command)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT,TERM", .. command])
        {
            WorkingDirectory = Path.GetDirectoryName(bench.Recordings),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["NO_COLOR"] = "1";
        return Process.Start(start)!;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
