using System.Diagnostics;
using System.Runtime.InteropServices;
using SparseAudio.Tests.Cli;
using Xunit;

namespace SparseAudio.Tests.Training;

/// <summary>A real <c>sparseaudio train</c> of a small model of the published kind, to be interrupted.</summary>
internal sealed partial class TrainProcess : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    // Fresh noise, dropout and batch norm as published, in a model whose step takes some ten milliseconds.
    private const string SmallModel = """
        { "model": "published", "samples": 4096, "events": 8, "channels": 64, "frames": 16, "window": 256, "encoderDepth": 2, "embeddingSize": 16, "contextSize": 8,
          "impulseSamples": 1024, "impulseChannels": 8, "impulseControlFrames": 4, "noiseFrames": 16, "atomsPerWaveform": 8, "resonanceWindow": 1024,
          "filterChannels": 8, "filterBands": 8, "mixChannels": 8, "freshNoise": true, "codeDropout": 0.05 }
        """;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly System.Text.StringBuilder _error = new();

    private TrainProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Everything on stderr that was read so far.</summary>
    public string Error => _error.ToString();

    /// <summary>Starts a training into a folder, resumed where there is something to resume.</summary>
    public static TrainProcess Start(string recordings, string folder, params string[] more)
    {
        var config = Path.Combine(Path.GetDirectoryName(folder)!, "small.json");
        File.WriteAllText(config, SmallModel);
        string[] arguments = ["train", "--model-config", config, "--data", recordings, "--out", folder, "--rooms", Repository.Path("data", "ir"),
            "--seed", "5", "--resume", .. more];
        return new TrainProcess(CliProcess.Start(arguments, Path.GetDirectoryName(folder)));
    }

    /// <summary>Waits for a line on stderr that contains a text, and returns it.</summary>
    public string WaitFor(string text)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (_process.StandardError.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult() is { } line)
        {
            _error.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"the training ended before it said '{text}': {_error}");
    }

    /// <summary>Waits until it has computed for so long from now on, however slow the machine is.</summary>
    public void WaitForWork(TimeSpan processorTime)
    {
        var goal = _process.TotalProcessorTime + processorTime;
        while (!_process.HasExited && _process.TotalProcessorTime < goal)
        {
            Thread.Sleep(20);
            _process.Refresh();
        }
    }

    public void SendInterrupt() => _ = SendSignal(_process.Id, Interrupt);

    public void SendTerminate() => _ = SendSignal(_process.Id, Terminate);

    /// <summary><c>kill -9</c>: no handler runs, nothing is finished. False when the process was through already.</summary>
    public bool KillNow()
    {
        _process.Kill();
        End();
        return _process.ExitCode == 128 + 9;
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>Exit code and stdout.</returns>
    public (int Code, string Output) End()
    {
        _error.Append(_process.StandardError.ReadToEnd());
        Assert.True(_process.WaitForExit(_patience), "the training does not end");
        return (_process.ExitCode, _output.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
