using System.Runtime.InteropServices;

namespace SparseAudio.Cli;

/// <summary>
/// Ctrl-C, termination and the end of the terminal: the first asks the command to stop at its next step (files are written aside and
/// renamed, so none is left half-written), a second one ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _hangUp;
    private int _signals;

    public Interruption()
    {
        OfThisProcess = _source.Token;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, Cli.ExitCode.Interrupted));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, Cli.ExitCode.Terminated));
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Handle(context, Cli.ExitCode.HungUp));
    }

    /// <summary>The token of the command that runs, for what waits for stdin.</summary>
    public static CancellationToken OfThisProcess { get; private set; }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>128 + the number of the signal that came.</summary>
    public int ExitCode { get; private set; } = Cli.ExitCode.Interrupted;

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _hangUp.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context, int exitCode)
    {
        // Two signals in quick succession are handled on two threads at once.
        if (Interlocked.Increment(ref _signals) > 1) return;
        context.Cancel = true;
        ExitCode = exitCode;
        _source.Cancel();
    }
}
