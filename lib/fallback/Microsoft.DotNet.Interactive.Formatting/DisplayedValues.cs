namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>Carries displayed values from the code that shows them to the kernel that runs it.</summary>
internal static class DisplayedValues
{
    private static Action<DisplayedValue>? _receiver;

    public static void ReceiveWith(Action<DisplayedValue>? receiver) => _receiver = receiver;

    public static void Raise(DisplayedValue value) => _receiver?.Invoke(value);
}
