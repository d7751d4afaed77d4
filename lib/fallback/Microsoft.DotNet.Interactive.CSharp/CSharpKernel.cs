using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace Microsoft.DotNet.Interactive.CSharp;

/// <summary>Runs C# cell by cell as a script that goes on.</summary>
public class CSharpKernel : Kernel
{
    private ScriptState<object>? _state;

    internal override async Task HandleAsync(SubmitCode command, List<KernelEvent> events, CancellationToken cancellationToken)
    {
        using var console = new EventWriter(text => Publish(events, new StandardOutputValueProduced(text)));
        var standardOutput = Console.Out;
        Console.SetOut(console);
        DisplayedValues.ReceiveWith(value => Publish(events, value.IsUpdated ? new DisplayedValueUpdated(value) : new DisplayedValueProduced(value)));
        try
        {
            await RunAsync(command.Code, events, cancellationToken);
        }
        catch (Exception error)
        {
            // Code that fails is reported by RunAsync; this is a formatter that could not show the code's value.
            Publish(events, new CommandFailed(error, error.ToString()));
        }
        finally
        {
            DisplayedValues.ReceiveWith(null);
            Console.SetOut(standardOutput);
        }
    }

    private async Task RunAsync(string code, List<KernelEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            var script = _state is null ? CSharpScript.Create(code, Options()) : _state.Script.ContinueWith(code, Options());
            var last = _state is null
                ? await script.RunAsync(catchException: _ => true, cancellationToken: cancellationToken)
                : await script.RunFromAsync(_state, catchException: _ => true, cancellationToken: cancellationToken);
            _state = (ScriptState<object>)last;
        }
        catch (CompilationErrorException error)
        {
            Publish(events, new DiagnosticsProduced([.. error.Diagnostics.Select(Diagnostic.From)]));
            Publish(events, new CommandFailed(error, string.Join('\n', error.Diagnostics)));
            return;
        }

        if (_state.Exception is { } exception)
        {
            Publish(events, new CommandFailed(exception, exception.ToString()));
        }
        else if (_state.ReturnValue is { } value)
        {
            Publish(events, new ReturnValueProduced(ConventionFormatter.Format(value)));
        }
    }

    /// <summary>Paths in #r directives start at the current folder; debug information gives exceptions their lines.</summary>
    private static ScriptOptions Options() => ScriptOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .AddImports("System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq")
        .AddReferences(typeof(Enumerable).Assembly, typeof(IEnumerable<>).Assembly, typeof(Kernel).Assembly, typeof(FormattedValue).Assembly)
        .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(Directory.GetCurrentDirectory()))
        .WithEmitDebugInformation(true)
        .WithFilePath("cell")
        .WithFileEncoding(System.Text.Encoding.UTF8);

    private static void Publish(List<KernelEvent> events, KernelEvent happened)
    {
        lock (events)
        {
            events.Add(happened);
        }
    }
}
