using System.Globalization;
using SparseAudio.IO.SafeTensors;
using SparseAudio.Training;
using Xunit;
using Xunit.Abstractions;

namespace SparseAudio.Tests.Training;

/// <summary>
/// Real processes, killed at random moments. <c>SPARSEAUDIO_KILLS</c> sets how often, <c>SPARSEAUDIO_KILL_SEED</c> when,
/// and <c>SPARSEAUDIO_KILL_LOG</c> names a file for the record.
/// </summary>
[Collection("torch")]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_training_killed_again_and_again_ends_as_if_nothing_had_happened()
    {
        var kills = Setting("SPARSEAUDIO_KILLS", 3);
        var random = new Random(Setting("SPARSEAUDIO_KILL_SEED", 1));
        var folder = _bench.Out("killed");
        var duringSaves = 0;
        long step = 0;
        for (var kill = 1; kill <= kills; kill++)
        {
            using var training = TrainProcess.Start(
                _bench.Recordings, folder, "--steps", "1000000", "--checkpoint-every", "1", "--batch", "2");
            // Some die before the first step, some within a step, some within a save.
            training.WaitFor(step > 0 ? $"going on after step {step}" : "a new training");
            for (var saves = random.Next(4); saves > 0; saves--)
                training.WaitFor("saved");

            Thread.Sleep(random.Next(200));
            Assert.True(training.KillNow(), training.Error);

            var inSave = Directory.EnumerateFiles(folder, ".*").Any();
            duringSaves += inSave ? 1 : 0;
            var reached = new CheckpointFolder(folder).Latest(Refuse)?.Step ?? 0;
            Note($"kill {kill}: step {step} to {reached}{(inSave ? ", during a save" : "")}");
            Assert.True(reached >= step);
            step = reached;
        }

        var last = (step + 2).ToString(CultureInfo.InvariantCulture);
        foreach (var name in (string[])["killed", "whole"])
        {
            using var training = TrainProcess.Start(
                _bench.Recordings, _bench.Out(name), "--steps", last, "--checkpoint-every", "1", "--batch", "2");
            Assert.Equal(0, training.End().Code);
        }

        Assert.Equal(File.ReadAllBytes(new CheckpointFolder(_bench.Out("whole")).FileOf(step + 2)), File.ReadAllBytes(
            new CheckpointFolder(folder).FileOf(step + 2)));
        Assert.Equal(_bench.Log("whole"), _bench.Log("killed"));
        Assert.Empty(Directory.EnumerateFiles(folder, ".*"));
        Note($"{kills} kills, {duringSaves} of them during a save; weights, moments and log after step {last} are those of the uninterrupted training, byte for byte");
    }

    private static void Refuse(SafeTensorsException error) => Assert.Fail(error.Message);

    private void Note(string line)
    {
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("SPARSEAUDIO_KILL_LOG") is { Length: > 0 } log)
            File.AppendAllText(log, line + "\n");
    }

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : standard;
}
