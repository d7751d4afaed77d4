namespace SparseAudio.Cli;

/// <summary>Hands the library's progress to a line at once, on the same thread.</summary>
internal sealed class Progress(ProgressLine line) : IProgress<double>
{
    /// <inheritdoc/>
    public void Report(double value) => line.Report(value);
}
