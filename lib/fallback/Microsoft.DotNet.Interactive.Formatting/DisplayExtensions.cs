using Microsoft.DotNet.Interactive.Formatting;

namespace System;

/// <summary>Shows a value in the running cell's output.</summary>
public static class DisplayExtensions
{
    public static DisplayedValue Display(this object value, params string[] mimeTypes)
    {
        DisplayedValues.Raise(new DisplayedValue(value));
        // As in the package: what is returned is another one, and its updates show beside the first.
        return new DisplayedValue(value);
    }
}
