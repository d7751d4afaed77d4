namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>A value on display, which can be replaced by another one in the same place.</summary>
public class DisplayedValue
{
    internal DisplayedValue(object? value)
    {
        Value = value;
        FormattedValues = ConventionFormatter.Format(value);
    }

    internal string DisplayId { get; } = Guid.NewGuid().ToString();

    internal object? Value { get; private set; }

    internal IReadOnlyList<FormattedValue> FormattedValues { get; private set; }

    internal bool IsUpdated { get; private set; }

    public void Update(object updatedValue)
    {
        IsUpdated = true;
        Value = updatedValue;
        FormattedValues = ConventionFormatter.Format(updatedValue);
        DisplayedValues.Raise(this);
    }
}
