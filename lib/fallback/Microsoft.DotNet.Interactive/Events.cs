using Microsoft.DotNet.Interactive.Formatting;

namespace Microsoft.DotNet.Interactive.Events;

/// <summary>Something that happened while a command was carried out.</summary>
public abstract class KernelEvent
{
    private protected KernelEvent()
    {
    }
}

/// <summary>A value to show.</summary>
public abstract class DisplayEvent : KernelEvent
{
    private protected DisplayEvent(IReadOnlyCollection<FormattedValue> formattedValues, string? valueId = null)
    {
        FormattedValues = formattedValues;
        ValueId = valueId;
    }

    public IReadOnlyCollection<FormattedValue> FormattedValues { get; }

    /// <summary>Ties an update to the value that it replaces.</summary>
    public string? ValueId { get; }
}

/// <summary>Code asked to show a value.</summary>
public class DisplayedValueProduced : DisplayEvent
{
    internal DisplayedValueProduced(DisplayedValue value) : base(value.FormattedValues, value.DisplayId)
    {
    }
}

/// <summary>Code replaced a value that is on display.</summary>
public class DisplayedValueUpdated : DisplayEvent
{
    internal DisplayedValueUpdated(DisplayedValue value) : base(value.FormattedValues, value.DisplayId)
    {
    }
}

/// <summary>The value of the code's last expression.</summary>
public class ReturnValueProduced : DisplayEvent
{
    internal ReturnValueProduced(IReadOnlyCollection<FormattedValue> formattedValues) : base(formattedValues)
    {
    }
}

/// <summary>Text that the code wrote to the console.</summary>
public class StandardOutputValueProduced : DisplayEvent
{
    internal StandardOutputValueProduced(string text) : base([new FormattedValue("text/plain", text)])
    {
    }
}

/// <summary>What the compiler says about the code.</summary>
public class DiagnosticsProduced : KernelEvent
{
    internal DiagnosticsProduced(IReadOnlyCollection<Diagnostic> diagnostics) => Diagnostics = diagnostics;

    public IReadOnlyCollection<Diagnostic> Diagnostics { get; }
}

/// <summary>What ends a command.</summary>
public abstract class KernelCommandCompletionEvent : KernelEvent
{
    private protected KernelCommandCompletionEvent()
    {
    }
}

/// <summary>The command came to nothing.</summary>
public class CommandFailed : KernelCommandCompletionEvent
{
    internal CommandFailed(Exception exception, string message)
    {
        Exception = exception;
        Message = message;
    }

    public Exception Exception { get; }

    public string Message { get; set; }
}
