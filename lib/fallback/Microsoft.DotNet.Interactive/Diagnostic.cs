using Microsoft.CodeAnalysis;

namespace Microsoft.DotNet.Interactive;

/// <summary>What the compiler has to say about a place of the submitted code.</summary>
public class Diagnostic
{
    private Diagnostic(CodeAnalysis.Diagnostic source)
    {
        Severity = source.Severity;
        Code = source.Id;
        Message = source.GetMessage();
        LinePositionSpan = new LinePositionSpan(new LinePosition(source.Location.GetLineSpan().StartLinePosition.Line));
    }

    public DiagnosticSeverity Severity { get; }

    public string Code { get; }

    public string Message { get; }

    public LinePositionSpan LinePositionSpan { get; }

    internal static Diagnostic From(CodeAnalysis.Diagnostic diagnostic) => new(diagnostic);
}

/// <summary>From one place of a text to another.</summary>
public class LinePositionSpan
{
    internal LinePositionSpan(LinePosition start) => Start = start;

    public LinePosition Start { get; init; }
}

/// <summary>A place in a text.</summary>
public class LinePosition
{
    internal LinePosition(int line) => Line = line;

    /// <summary>Counted from 0.</summary>
    public int Line { get; init; }
}
