using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;

namespace Microsoft.DotNet.Interactive;

/// <summary>Carries out commands, in one lasting state.</summary>
public abstract class Kernel : IDisposable
{
    private protected Kernel()
    {
    }

    public async Task<KernelCommandResult> SendAsync(KernelCommand command, CancellationToken cancellationToken = default)
    {
        var events = new List<KernelEvent>();
        await HandleAsync((SubmitCode)command, events, cancellationToken);
        return new KernelCommandResult(events);
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);

    internal abstract Task HandleAsync(SubmitCode command, List<KernelEvent> events, CancellationToken cancellationToken);
}

/// <summary>What a command led to.</summary>
public class KernelCommandResult
{
    internal KernelCommandResult(IReadOnlyList<KernelEvent> events) => Events = events;

    public IReadOnlyList<KernelEvent> Events { get; }
}
