namespace Microsoft.DotNet.Interactive.Commands;

/// <summary>Something to do for a kernel.</summary>
public abstract class KernelCommand
{
    private protected KernelCommand()
    {
    }
}

/// <summary>Code to run.</summary>
public class SubmitCode(string code) : KernelCommand
{
    internal string Code => code;
}
