namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>A value as a front end shows it: text of one mime type.</summary>
public class FormattedValue
{
    internal FormattedValue(string mimeType, string value)
    {
        MimeType = mimeType;
        Value = value;
    }

    public string MimeType { get; }

    public string Value { get; }
}
