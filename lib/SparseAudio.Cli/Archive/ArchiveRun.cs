using System.Diagnostics;
using SparseAudio.IO;

namespace SparseAudio.Cli.Archive;

/// <summary>
/// Does the files of a folder or list, or a share of them: those that are done and intact are passed over, a bad one is told and does not keep
/// the others from being done, and a manifest in the folder of the outputs says what became of each.
/// </summary>
/// <param name="invocation">Where notes and errors go.</param>
/// <param name="plan">The files.</param>
/// <param name="recipe">The command, its settings and the model's fingerprint.</param>
/// <param name="isIntact">Whether an output can be read as a whole.</param>
internal sealed class ArchiveRun(Invocation invocation, FilePlan plan, string recipe, Func<string, bool> isIntact)
{
    private int _made, _passed, _failed;

    /// <summary>Does all files of this process's share.</summary>
    /// <param name="work">Does one; returns how many seconds of sound it has.</param>
    /// <exception cref="CommandException">One or more failed; each was told.</exception>
    public void Run(Func<FileJob, double> work)
    {
        var shard = Shard.Of(invocation);
        var jobs = shard.Of(plan.Jobs).ToList();
        using var manifest = Manifest.Open(plan.OutputRoot, shard);
        foreach (var job in jobs)
        {
            invocation.Cancellation.ThrowIfCancellationRequested();
            Do(manifest, job, work);
        }

        var share = shard.Count > 1 ? $" of share {shard.Index}/{shard.Count}" : "";
        invocation.Note($"{plan.OutputRoot}: {jobs.Count} files{share}: {_made} made, {_passed} were done already, {_failed} failed");
        if (_failed > 0) throw new CommandException($"{_failed} of {jobs.Count} files could not be done; the others were");
    }

    private void Do(Manifest manifest, FileJob job, Func<FileJob, double> work)
    {
        var entry = new ManifestEntry(
            plan.SourceName(job.Input), "", Path.GetRelativePath(plan.OutputRoot, job.Output), recipe, FileState.Begun);
        try
        {
            entry = entry with { SourceHash = Manifest.HashOf(job.Input) };
            if (IsDone(manifest, entry, job.Output))
            {
                _passed++;
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(job.Output)!);
            AtomicFile.RemoveLeftovers(Path.GetDirectoryName(job.Output)!, Path.GetFileName(job.Output));
            manifest.Add(entry);
            var clock = Stopwatch.StartNew();
            var seconds = work(job);
            manifest.Add(Done(entry, job.Output) with
            {
                Seconds = Math.Round(seconds, 3),
                BitsPerSecond = seconds > 0 ? Math.Round(new FileInfo(job.Output).Length * 8 / seconds, 1) : null,
                Took = Math.Round(clock.Elapsed.TotalSeconds, 3),
            });
            _made++;
        }
        catch (Exception error) when (!invocation.Cancellation.IsCancellationRequested)
        {
            _failed++;
            manifest.Add(entry with { State = FileState.Failed, Error = ErrorLine.Text(error, invocation.Parse) });
            ErrorLine.Write(error, invocation.Parse);
        }
    }

    private static ManifestEntry Done(ManifestEntry entry, string output) =>
        entry with { State = FileState.Done, OutputHash = Manifest.HashOf(output) };

    // An output that is there may be passed over, made anew, or must be left alone: what nobody knows of, or someone changed, is the user's.
    private bool IsDone(Manifest manifest, ManifestEntry wanted, string output)
    {
        if (invocation.Value(Options.Force) || !File.Exists(output)) return false;
        var known = manifest.Of(wanted.Output);
        var isSame = known is not null && known.SourceHash == wanted.SourceHash && known.Recipe == wanted.Recipe;
        var isAsMade = known is { State: FileState.Done, OutputHash: { } hash } && hash == Manifest.HashOf(output);
        if (isSame && isAsMade) return true;
        if (isSame && known!.State != FileState.Done && isIntact(output))
        {
            // Its process was ended between the file and the line that says so.
            manifest.Add(Done(wanted, output));
            return true;
        }

        if (known is null)
            throw new CommandException(
                $"{output}: exists already, and no manifest says what it was made of; overwrite it with --force, or move it away");
        if (!isAsMade && isIntact(output))
            throw new CommandException($"{output}: was changed since it was made; make it anew with --force, or move it away");
        File.Delete(output);
        return false;
    }
}
