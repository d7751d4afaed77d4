using System.Diagnostics;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Training;

/// <summary>A fact that needs a small file system of its own; skipped, with the reason, where none can be mounted.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        using var disk = SmallDisk.TryMount(out var refusal);
        Skip = refusal;
    }
}

/// <summary>A file system in memory with room for little.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    public static SmallDisk? TryMount(out string? refusal)
    {
        var disk = new SmallDisk();
        refusal = Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.Path);
        if (refusal is null)
            return disk;

        refusal = $"a small file system cannot be mounted here: {refusal}";
        disk._folder.Dispose();
        return null;
    }

    public void Dispose()
    {
        _ = Run("umount", Path);
        _folder.Dispose();
    }

    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true
            })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}

[Collection("torch")]
public sealed class DiskFullTests : IDisposable
{
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [SmallDiskFact]
    public void A_full_disk_leaves_the_last_checkpoint_says_so_and_the_training_resumes_when_there_is_room()
    {
        var whole = _bench.Train("whole", 9);
        using var disk = SmallDisk.TryMount(out _)!;
        var folder = Path.Combine(disk.Path, "run");
        var ballast = Path.Combine(disk.Path, "ballast");
        using (var trainer = _bench.Trainer(folder))
        {
            trainer.Run(new TrainingBudget { Steps = 4 });
            File.WriteAllBytes(ballast, new byte[(1 << 20) - Used(folder) - 150_000]);

            var error = Assert.Throws<TrainingException>(() => trainer.Run(new TrainingBudget { Steps = 9 }));

            Assert.Contains(
                "the checkpoint of step 5 could not be saved, the checkpoint of step 4 is untouched", error.Message, StringComparison.Ordinal);
            Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(4, new CheckpointFolder(folder).Latest(e => Assert.Fail(e.Message))!.Step);
        Assert.Empty(Directory.EnumerateFiles(folder, ".*"));
        File.Delete(ballast);
        var resumed = _bench.Train(folder, 9, resume: true);
        Assert.Equal(File.ReadAllBytes(whole.Checkpoint), File.ReadAllBytes(resumed.Checkpoint));
    }

    [SmallDiskFact]
    public void A_full_disk_under_the_log_is_said_and_costs_nothing()
    {
        using var disk = SmallDisk.TryMount(out _)!;
        var folder = Path.Combine(disk.Path, "run");
        using (var trainer = _bench.Trainer(folder, TrainingBench.Config with { CheckpointEvery = 1000 }))
        {
            trainer.Run(new TrainingBudget { Steps = 2 });
            _ = Assert.Throws<IOException>(() => Fill(Path.Combine(disk.Path, "ballast")));

            Assert.Contains("the log cannot be written",
                Assert.Throws<TrainingException>(() => trainer.Run(new TrainingBudget { Steps = 500 })).Message, StringComparison.Ordinal);
        }

        File.Delete(Path.Combine(disk.Path, "ballast"));
        using var again = _bench.Trainer(folder, resume: true);
        Assert.Equal(2, again.Step);
        Assert.Equal(3, again.Run(new TrainingBudget { Steps = 3 }).Step);
    }

    private static void Fill(string path)
    {
        using var ballast = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        while (true)
            ballast.Write(new byte[4096]);
    }

    private static long Used(string folder) => Directory.EnumerateFiles(folder).Sum(file => (new FileInfo(file).Length + 4095) / 4096 * 4096);
}
