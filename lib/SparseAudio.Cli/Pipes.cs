namespace SparseAudio.Cli;

/// <summary>Output of what is written to a file by name; for <c>-</c> that is a temporary one, which then goes to stdout.</summary>
internal static class OutputFile
{
    /// <summary>Calls <paramref name="write"/> with the name of the file to write, and returns what it returns.</summary>
    public static T Write<T>(string path, Func<string, T> write)
    {
        if (path != FileJobs.Pipe) return write(path);
        var folder = Directory.CreateTempSubdirectory("sparseaudio-");
        try
        {
            var temporary = Path.Combine(folder.FullName, "stdout");
            var result = write(temporary);
            using var stdout = Console.OpenStandardOutput();
            using var written = File.OpenRead(temporary);
            written.CopyTo(stdout);
            return result;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
