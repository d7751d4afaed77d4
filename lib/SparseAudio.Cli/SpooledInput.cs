namespace SparseAudio.Cli;

/// <summary>Stdin as a temporary file, for formats that are not read front to back.</summary>
internal sealed class SpooledInput : IDisposable
{
    private SpooledInput(string path) => Path = path;

    public string Path { get; }

    public static SpooledInput FromStdin()
    {
        var spooled = new SpooledInput(System.IO.Path.GetTempFileName());
        using var stdin = Console.OpenStandardInput();
        using var file = File.Create(spooled.Path);
        stdin.CopyTo(file);
        return spooled;
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(Path);
}
