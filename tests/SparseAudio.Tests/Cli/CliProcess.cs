using System.Diagnostics;

namespace SparseAudio.Tests.Cli;

/// <summary>Runs the real <c>sparseaudio</c> executable as a process of its own.</summary>
internal static class CliProcess
{
    private static readonly TimeSpan _hangs = TimeSpan.FromMinutes(5);

    internal sealed record Result(int ExitCode, byte[] Bytes, string Error)
    {
        /// <summary>Stdout as text.</summary>
        public string Output => System.Text.Encoding.UTF8.GetString(Bytes);
    }

    /// <summary>The path of the executable, which the build copies beside the tests.</summary>
    public static string Executable { get; } = ExecutableOf("SparseAudio.Cli");

    /// <summary>Runs to the end in <paramref name="folder"/> (the repository when null) and returns everything it said.</summary>
    public static Result Run(string[] arguments, string? folder = null, byte[]? input = null, string? executable = null)
    {
        using var process = Start(arguments, folder, executable);
        var output = Task.Run(() => ReadAll(process.StandardOutput.BaseStream));
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null) process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(_hangs))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"sparseaudio {string.Join(' ', arguments)} did not end within {_hangs}");
        }

        return new Result(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>As the other overload, in the repository's folder.</summary>
    public static Result Run(params string[] arguments) => Run(arguments, null);

    /// <summary>Starts it and returns at once, for tests that send signals.</summary>
    public static Process Start(string[] arguments, string? folder = null, string? executable = null)
    {
        executable ??= Executable;
        // Tests that run in the background of a script have Ctrl-C ignored, which children inherit; env puts that right.
        string[] command = OperatingSystem.IsWindows() ? [executable, .. arguments] : ["env", "--default-signal=INT,TERM", executable, .. arguments];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder ?? Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["NO_COLOR"] = "1";
        return Process.Start(info)!;
    }

    /// <summary>The same with variables in its environment.</summary>
    public static Process Start(string[] arguments, string folder, params (string Name, string Value)[] variables)
    {
        string[] command = ["env", .. variables.Select(item => $"{item.Name}={item.Value}"), Executable, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>The path of another program of this project.</summary>
    public static string ExecutableOf(string project) =>
        Path.Combine(AppContext.BaseDirectory, project + (OperatingSystem.IsWindows() ? ".exe" : ""));

    private static byte[] ReadAll(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
