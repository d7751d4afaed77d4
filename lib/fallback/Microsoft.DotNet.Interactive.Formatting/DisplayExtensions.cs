using Microsoft.DotNet.Interactive.Formatting;

namespace System;

/// <summary>Shows a value in the running cell's output.</summary>
public static class DisplayExtensions
{
    public static DisplayedValue Display(this object value, params string[] mimeTypes)
    {
        var displayed = new DisplayedValue(value);
        DisplayedValues.Raise(displayed);
        return displayed;
    }
}
