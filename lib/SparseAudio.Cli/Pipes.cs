namespace SparseAudio.Cli;

/// <summary>Stdin and stdout, named <c>-</c> on the command line, for work that needs the name of a file.</summary>
internal static class Pipes
{
    /// <summary>The name of stdin and stdout.</summary>
    public const string Name = "-";

    /// <summary>Calls <paramref name="read"/> with <paramref name="path"/>, or for stdin with the name of a temporary copy of it.</summary>
    public static T Read<T>(string path, Func<string, T> read) => path == Name ? WithTempFile(copy =>
    {
        using (var stdin = Console.OpenStandardInput())
        using (var file = File.Create(copy))
            stdin.CopyTo(file);

        return read(copy);
    }) : read(path);

    /// <summary>
    /// Calls <paramref name="write"/> with <paramref name="path"/>, or for stdout with the name of a temporary file, and copies that.
    /// </summary>
    public static T Write<T>(string path, Func<string, T> write) => path == Name ? WithTempFile(copy =>
    {
        var result = write(copy);
        using var stdout = Console.OpenStandardOutput();
        using var file = File.OpenRead(copy);
        file.CopyTo(stdout);
        return result;
    }) : write(path);

    private static T WithTempFile<T>(Func<string, T> work)
    {
        var folder = Directory.CreateTempSubdirectory("sparseaudio-");
        try
        {
            return work(Path.Combine(folder.FullName, "pipe"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
