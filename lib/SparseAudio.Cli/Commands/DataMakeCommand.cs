using System.CommandLine;
using System.Globalization;
using SparseAudio.Data.MadeMusic;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio data make</c>: music whose notes are known.</summary>
internal static class DataMakeCommand
{
    private const string NoSoundFont = "none";

    private static readonly Option<double> _hours = new("--hours") { Description = "How much music.", HelpName = "H", Required = true };
    private static readonly Option<string> _out = new("--out")
    {
        Description = "Folder for the recordings, their labels and their MIDI files.",
        HelpName = "DIR",
        Required = true,
    };
    private static readonly Option<string?> _soundFont = new("--soundfont")
    {
        Description = "The sound font that fluidsynth plays (.sf2), or 'none' for the built-in synthesiser; without it both, "
            + "with the fonts TimGM6mb and FluidR3 where installed.",
        HelpName = "FILE",
    };
    private static readonly Option<string> _programs = new("--programs")
    {
        Description = "Instruments: 'train', 'test' for those that training never meets (harpsichord, church organ, steel guitar, trumpet, "
            + "oboe, bassoon), or 'all'.",
        HelpName = "SET",
        DefaultValueFactory = _ => "train",
    };

    public static Command Create()
    {
        _programs.AcceptOnlyFromAmong("all", "train", "test");
        var command = new CliCommand(
            "make",
            "Make music with known notes: random pieces for 1 to 4 instruments in 30 s recordings (WAV), each with its notes (CSV: onset, "
                + "offset, pitch, program, "
            + "velocity) and its MIDI file. Interrupted, it goes on where it was when started again.",
            "sparseaudio data make --hours 10 --seed 1 --out data/made",
            "sparseaudio data make --hours 0.1 --seed 2 --out data/strange --programs test --soundfont /usr/share/sounds/sf2/FluidR3_GM.sf2",
            "sparseaudio data make --hours 0.1 --seed 3 --out data/additive --soundfont none")
        {
            _hours, Options.Seed, _out, _soundFont, _programs,
        };
        command.Runs(Run);
        return command;
    }

    private static void Run(Invocation invocation)
    {
        var options = Requested(invocation);
        if (options.SoundFonts.Count == 0 && invocation.Value(_soundFont) is null)
            invocation.Note(
                "no fluidsynth with TimGM6mb or FluidR3: the built-in synthesiser plays everything (apt-get install fluidsynth "
                    + "timgm6mb-soundfont fluid-soundfont-gm)");

        var summary = invocation.WithProgress(
            "making music", progress => MadeMusicFolder.Make(invocation.Value(_out)!, options, progress.Report, invocation.Cancellation));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Made} pieces made, {summary.Kept} kept; {summary.Seconds / 3600:0.###} h, {summary.Notes} notes in {invocation.Value(_out)}"));
    }

    private static MadeMusicOptions Requested(Invocation invocation)
    {
        var options = new MadeMusicOptions
        {
            Hours = invocation.Value(_hours),
            Seed = invocation.Value(Options.Seed),
            Programs = Enum.Parse<ProgramSet>(invocation.Value(_programs)!, ignoreCase: true),
        };
        return invocation.Value(_soundFont) switch
        {
            null => options,
            NoSoundFont => options with { SoundFonts = [] },
            var font => options with { SoundFonts = [font], AdditiveShare = 0 },
        };
    }
}
