using System.Text;

namespace Microsoft.DotNet.Interactive.CSharp;

/// <summary>A console that hands on what is written to it, from whichever thread.</summary>
internal sealed class EventWriter(Action<string> receive) : StringWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => receive(value.ToString());

    public override void Write(char[] buffer, int index, int count) => receive(new string(buffer, index, count));

    public override void Write(string? value) => receive(value ?? "");

    public override void WriteLine(string? value) => receive(value + "\n");
}
