using SparseAudio.Training;
using Spectre.Console;

namespace SparseAudio.Cli.Commands;

/// <summary>Shows a training on stderr: a live bar on a terminal, a plain line now and then anywhere else.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>
{
    private const int MostPartsShown = 4;
    private static readonly TimeSpan _lineEvery = TimeSpan.FromSeconds(10);
    private readonly Action<TrainingProgress> _report;

    private TrainingDisplay(Action<TrainingProgress> report) => _report = report;

    /// <summary>Runs a training with its display.</summary>
    public static TrainingResult Show(
        Invocation invocation, long firstStep, TrainingBudget budget, Func<IProgress<TrainingProgress>?, TrainingResult> run)
    {
        if (invocation.Quiet) return run(null);
        return Console.IsErrorRedirected ? run(new TrainingDisplay(Lines())) : WithBar(invocation.Error, firstStep, budget, run);
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value) => _report(value);

    private static Action<TrainingProgress> Lines()
    {
        var next = TimeSpan.Zero;
        return report =>
        {
            if (report.Checkpoint is null && report.Entry.Skipped is null && report.Elapsed < next && report.Step != report.LastStep) return;
            next = report.Elapsed + _lineEvery;
            Console.Error.WriteLine(Describe(report) + (report.Checkpoint is null ? "" : ", saved"));
        };
    }

    private static TrainingResult WithBar(
        IAnsiConsole console, long firstStep, TrainingBudget budget, Func<IProgress<TrainingProgress>?, TrainingResult> run)
    {
        return console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: 1);
                task.IsIndeterminate = budget.Steps is null && budget.Time is null;
                return run(new TrainingDisplay(report =>
                {
                    task.Value = Done(report, firstStep, budget);
                    task.Description = Describe(report).EscapeMarkup();
                    if (report.Entry.Skipped is not null) console.WriteLine(Describe(report));
                }));
            });
    }

    private static double Done(TrainingProgress report, long firstStep, TrainingBudget budget)
    {
        var bySteps = report.LastStep is { } last && last > firstStep ? (report.Step - firstStep) / (double)(last - firstStep) : 0;
        return Math.Max(bySteps, budget.Time is { } time ? report.Elapsed / time : 0);
    }

    private static string Describe(TrainingProgress report)
    {
        var entry = report.Entry;
        if (entry.Skipped is not null) return $"step {report.Step} skipped: {entry.Skipped}, {string.Join(", ", entry.Segments!)}";
        var parts = entry.Parts!.Count is > 1 and <= MostPartsShown
            ? " (" + string.Join(", ", entry.Parts.Select(part => $"{part.Key} {part.Value:G4}")) + ")"
            : "";
        var validation = entry.ValidationLoss is { } value ? $", validation {value:G5}" : "";
        var left = report.Remaining is { } time ? $", {time:h\\:mm\\:ss} left" : "";
        return $"step {report.Step}, loss {entry.Loss:G5}{parts}{validation}, {report.StepsPerSecond:F2} steps/s{left}";
    }
}
