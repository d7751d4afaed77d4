using Microsoft.DotNet.Interactive.Formatting;

namespace Microsoft.DotNet.Interactive;

/// <summary>What a command that is being carried out can reach.</summary>
public class KernelInvocationContext
{
    private KernelInvocationContext()
    {
    }

    public static KernelInvocationContext Current { get; } = new();
}

/// <summary>Shows a value in the running cell's output.</summary>
public static class KernelInvocationContextExtensions
{
    public static DisplayedValue Display(this KernelInvocationContext context, object value, params string[] mimeTypes)
    {
        var displayed = new DisplayedValue(value);
        DisplayedValues.Raise(displayed);
        return displayed;
    }
}
