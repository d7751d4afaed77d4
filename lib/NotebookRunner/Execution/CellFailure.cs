using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.DotNet.Interactive.Events;
using NotebookRunner.Documents;

namespace NotebookRunner.Execution;

/// <summary>Why a cell failed, with the line of its source as far as it is known.</summary>
internal static partial class CellFailure
{
    public static NotebookException Describe(Notebook notebook, Cell cell, IReadOnlyList<KernelEvent> events)
    {
        var failure = events.OfType<CommandFailed>().First();
        var error = events.OfType<DiagnosticsProduced>().SelectMany(produced => produced.Diagnostics)
            .FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        var line = error?.LinePositionSpan.Start.Line ?? LineOfException(failure.Exception);
        var message = error is null ? Reason(failure) : $"{error.Code}: {error.Message}";
        var place = line is { } index
            ? $"cell {cell.Number}, line {index + 1}: {SourceLine(cell, index)}"
            : $"cell {cell.Number}: {SourceLine(cell, 0)} …";
        return new NotebookException($"{Path.GetFileName(notebook.Path)}: {place}\n  {message}");
    }

    private static string Reason(CommandFailed failure) =>
        Cause(failure.Exception) is { } cause ? $"{cause.GetType().Name}: {cause.Message}" : failure.Message;

    /// <summary>That a type could not be set up says nothing; why it could not does.</summary>
    private static Exception? Cause(Exception? exception) =>
        exception is TypeInitializationException or AggregateException && exception.InnerException is { } inner ? Cause(inner) : exception;

    private static string SourceLine(Cell cell, int index) => cell.Source.Split('\n').ElementAtOrDefault(index)?.Trim() ?? "";

    /// <summary>The frames of the cell's own code are those of a submission; the deepest one that carries a line is where it happened.</summary>
    private static int? LineOfException(Exception? exception)
    {
        var frame = SubmissionFrame().Matches(exception?.StackTrace ?? "").FirstOrDefault();
        return frame is null ? null : int.Parse(frame.Groups["line"].Value) - 1;
    }

    [GeneratedRegex(@"at Submission#.*:line (?<line>\d+)")]
    private static partial Regex SubmissionFrame();
}
