using System.CommandLine;
using SparseAudio.Data;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio data</c>: recordings to train on.</summary>
internal static class DataCommand
{
    private const double Giga = 1e9;

    private static readonly Argument<string> _folder = new("folder") { Description = "Folder of recordings, searched with all folders in it." };
    private static readonly Option<int> _segment = new("--segment")
    {
        Description = "Samples of a training segment.",
        DefaultValueFactory = _ => 32768,
    };
    private static readonly Option<string> _to = new("--to")
    {
        Description = "Where the folder 'musicnet' is to be.",
        HelpName = "FOLDER",
        Required = true,
    };
    private static readonly Option<string?> _url = new("--url") { Description = "A mirror of musicnet.tar.gz.", HelpName = "URL" };
    private static readonly Option<string?> _md5 = new("--md5")
    {
        Description = "The archive's MD5 where it is not Zenodo's file; 'none' checks nothing.",
        HelpName = "HEX",
    };
    private static readonly Option<bool> _keep = new("--keep-archive") { Description = "Keep musicnet.tar.gz after unpacking it." };

    public static Command Create()
    {
        var command = new Command("data", "Get recordings to train on, make some, and look at those there are.");
        command.Subcommands.Add(Scan());
        command.Subcommands.Add(MusicNetDownload());
        command.Subcommands.Add(DataMakeCommand.Create());
        return command;
    }

    private static CliCommand Scan()
    {
        var command = new CliCommand(
            "scan",
            "Examine a folder of recordings (WAV, FLAC, Ogg, MP3) as training does, remember what was found, and list what cannot be used.",
            "sparseaudio data scan ~/Music",
            "sparseaudio data scan data/train --json")
        {
            _folder, _segment, Options.Json,
        };
        command.Runs(invocation =>
        {
            using var source = invocation.WithProgress("examining recordings", progress => OpenAll(invocation, progress));
            if (invocation.Value(Options.Json))
            {
                invocation.WriteJson(new { source.DurationSeconds, source.Files, source.Skipped });
                return;
            }

            Console.WriteLine(source.Summary);
        });
        return command;
    }

    private static SegmentDataset OpenAll(Invocation invocation, ProgressBar progress)
    {
        var samples = invocation.Value(_segment);
        return samples > 0
            ? SegmentDataset.Open(invocation.Value(_folder)!, samples, new SegmentOptions
            {
                MaxDamagedShare = 1,
                Progress = progress.Report,
                Cancellation = invocation.Cancellation,
            })
            : throw new CommandException($"--segment {samples}: give a number above 0");
    }

    private static CliCommand MusicNetDownload()
    {
        var command = new CliCommand(
            "musicnet",
            "Download and unpack MusicNet (11 GB, 330 labelled recordings). Interrupted, it goes on where it was when started again.",
            "sparseaudio data musicnet --to ~/datasets",
            "sparseaudio data musicnet --to ~/datasets --url https://mirror.example/musicnet.tar.gz")
        {
            _to, _url, _md5, _keep,
        };
        command.Runs(invocation =>
        {
            var place = Fetch(invocation);
            invocation.Note($"train with: sparseaudio train --data {Path.Combine(place, "train_data")} --out runs/musicnet");
            Console.WriteLine(place);
        });
        return command;
    }

    private static string Fetch(Invocation invocation)
    {
        var options = new MusicNetOptions { KeepArchive = invocation.Value(_keep) };
        if (invocation.Value(_url) is { } url)
            options = options with { Url = Address(url) };

        if (invocation.Value(_md5) is { } wrong && wrong != "none" && (wrong.Length != 32 || !wrong.All(char.IsAsciiHexDigit)))
            throw new CommandException($"--md5 {wrong}: an MD5 is 32 hexadecimal digits; or give none");
        if (invocation.Value(_md5) is { } md5)
            options = options with { Md5 = md5 == "none" ? null : md5, Bytes = null };

        return invocation.WithProgress("musicnet", bar => MusicNet.Fetch(
            invocation.Value(_to)!, options with { Progress = progress => Show(progress, bar) }, invocation.Cancellation));
    }

    private static Uri Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new CommandException($"--url {url}: give an address that begins with http:// or https://");

    private static void Show(TransferProgress progress, ProgressBar bar)
    {
        bar.BeginStage(progress.Stage);
        bar.Report(progress.Fraction, $"{progress.Done / Giga:F2} of {progress.Total / Giga:F2} GB, {progress.BytesPerSecond / 1e6:F1} MB/s");
    }
}
