namespace SparseAudio.Cli;

/// <summary>What <c>sparseaudio</c> returns to the shell; an interrupted run returns 128 + the signal's number (130, 143).</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Something went wrong, or a check did not pass; stderr says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>A termination signal.</summary>
    public const int Terminated = 143;
}
