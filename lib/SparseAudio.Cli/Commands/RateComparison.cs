using System.CommandLine;
using SparseAudio.Codec;
using SparseAudio.Evaluation.Rates;
using SparseAudio.Evaluation.Visqol;
using SparseAudio.Models;

namespace SparseAudio.Cli.Commands;

/// <summary>The model's codes beside those of other coders at equal bytes, for <c>sparseaudio evaluate --kbps</c>.</summary>
internal static class RateComparison
{
    /// <summary>The rates of the codes.</summary>
    public static Option<double[]> Rates { get; } = new("--kbps")
    {
        Description = "Instead, code the recordings at these bit rates, in kbit/s, and measure what the codes decode to, by ViSQOL too; with "
            + $"--baselines beside other coders at the same bytes: all, or some of {string.Join(", ", RateCoders.Names)}.",
        HelpName = "RATE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>How much of each recording is coded.</summary>
    public static Option<double?> Seconds { get; } = new("--seconds")
    {
        Description = "With --kbps: so much of each recording, from its middle; without it the whole recording.",
    };

    /// <summary>Whether that is what was asked for.</summary>
    /// <exception cref="CommandException">Options do not go together, or a number is out of range.</exception>
    public static bool Applies(Invocation invocation, params Option[] others)
    {
        if (!invocation.Has(Rates))
            return invocation.Has(Seconds) ? throw new CommandException("--seconds is for codes at given rates; give --kbps as well") : false;
        foreach (var rate in invocation.Value(Rates)!)
            if (!(rate > 0 && double.IsFinite(rate))) throw new CommandException($"--kbps {rate}: give numbers above 0");
        if (invocation.Value(Seconds) is { } seconds && !(seconds >= VisqolScore.ShortestSeconds && seconds <= int.MaxValue / VisqolScore.SampleRate))
            throw new CommandException($"--seconds {seconds}: give at least {VisqolScore.ShortestSeconds}, which is what ViSQOL needs");
        return others.FirstOrDefault(invocation.Has) is { } other
            ? throw new CommandException($"--kbps measures codes of whole recordings; leave {other.Name} out")
            : true;
    }

    /// <summary>The names of the coders that are asked for.</summary>
    /// <exception cref="CommandException">There is no such coder.</exception>
    public static IReadOnlyList<string> Names(string[] names)
    {
        if (names is ["all"]) return RateCoders.Names;
        foreach (var name in names.Except(RateCoders.Names))
            throw new CommandException(
                $"--baselines {name}: with --kbps there is no such coder; take all, or some of {string.Join(", ", RateCoders.Names)}");
        return names;
    }

    /// <summary>Codes and measures recordings.</summary>
    /// <param name="invocation">The rates, for the progress and what is odd about a recording.</param>
    /// <param name="files">The recordings.</param>
    /// <param name="model">The model.</param>
    /// <param name="refine">Gradient steps on each segment's events.</param>
    /// <param name="baselines">The names of the other coders.</param>
    /// <exception cref="CommandException">No recording could be measured.</exception>
    public static IReadOnlyList<RateRecord> Measure(
        Invocation invocation, IReadOnlyList<string> files, SparseAudioModel model, int refine, IReadOnlyList<string> baselines)
    {
        var encoder = new CodeEncoder(model) { RefineSteps = refine };
        IRateCoder[] coders = [new ModelCoder(encoder), .. baselines.Select(RateCoders.Create)];
        double[] rates = [.. invocation.Value(Rates)!.Distinct().Order()];
        var records = new List<RateRecord>();
        invocation.WithProgress("coding", progress =>
        {
            for (var i = 0; i < files.Count; i++)
            {
                if (Excerpt(invocation, files[i], encoder.Layout) is not { } excerpt) continue;
                records.AddRange(RateCurve.Measure(
                    excerpt, coders, rates, (coder, done) => progress.Report((i + done) / files.Count, $"{excerpt.Sound.Name}, {coder}"),
                    invocation.Cancellation));
            }

            return records.Count;
        });
        foreach (var rate in rates)
        {
            var uncoded = records.Select(record => record.Recording).Distinct()
                .Except(records.Where(record => record.System == coders[0].Name && record.Rate == rate).Select(record => record.Recording)).Count();
            if (uncoded > 0) invocation.Note(FormattableString.Invariant($"At {rate} kbit/s the model has no code of {uncoded} recordings"));
        }

        return records.Count > 0 ? records : throw new CommandException($"{invocation.Value(Rates)!.Max()} kbit/s: no recording could be coded");
    }

    private static RateExcerpt? Excerpt(Invocation invocation, string file, CodeLayout layout)
    {
        var excerpt = RateExcerpt.Read(file, layout.SampleRate, invocation.Value(Seconds));
        var reason = excerpt.Heard.DurationSeconds < VisqolScore.ShortestSeconds ? $"shorter than {VisqolScore.ShortestSeconds} s"
            : !excerpt.Sound.Samples.AsSpan().ContainsAnyExcept(0) ? "silent" : null;
        if (reason is not null) invocation.Note($"{file}: is {reason}, and left out");
        return reason is null ? excerpt : null;
    }
}
