using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SparseAudio.Audio;

namespace SparseAudio.Data.MadeMusic;

/// <summary>Renders MIDI files with the program fluidsynth and a sound font.</summary>
public static class SoundFontSynth
{
    /// <summary>
    /// How much later than written a note sounds, in seconds. Measured with fluidsynth 2.3.1 on piano, harpsichord, xylophone and
    /// woodblock of two sound fonts (24 notes each): the first sample that is not silent comes 2.35 ms late in the mean, 1.4 to
    /// 3.3 ms for single notes, because it begins notes on a grid of 64 samples and rounds times to milliseconds.
    /// </summary>
    public const double LatencySeconds = 0.00235;

    private const string Program = "fluidsynth";

    // The samples of sound fonts have this rate: at a lower one, what lies above half of it would alias.
    private const int RenderedRate = 44100;

    // The default writes 64 samples at a time to the pipe. Notes begin on the same grid with any period.
    private const string LongestPeriod = "8192";
    private const int Channels = 2;
    private const int ChunkFrames = 1 << 14;
    private const int FirstSignal = 128;
    private static readonly TimeSpan _signalDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _hangs = TimeSpan.FromMinutes(5);
    private static readonly string[] _folders = ["/usr/share/sounds/sf2", "/usr/share/soundfonts"];
    private static readonly string[] _usual = ["TimGM6mb.sf2", "FluidR3_GM.sf2"];

    /// <summary>Whether fluidsynth is installed.</summary>
    public static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>The sound fonts that are installed, of TimGM6mb and FluidR3; none where fluidsynth is not.</summary>
    public static IReadOnlyList<string> InstalledFonts =>
        IsInstalled ? [.. _usual.SelectMany(name => _folders.Select(folder => Path.Combine(folder, name)).Where(File.Exists).Take(1))] : [];

    /// <summary>Renders a MIDI file to mono.</summary>
    /// <param name="midi">The file's bytes.</param>
    /// <param name="soundFont">The sound font (.sf2, .sf3).</param>
    /// <param name="settings">Reverb and chorus.</param>
    /// <param name="samples">How many samples to return; silence follows where the music ends earlier.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="cancellation">Stops the program.</param>
    /// <returns>The sound, at the synthesiser's level.</returns>
    /// <exception cref="MadeMusicException">fluidsynth is not installed, or cannot read the sound font.</exception>
    public static float[] Render(
        ReadOnlySpan<byte> midi, string soundFont, SynthSettings settings, int samples, int sampleRate, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!File.Exists(soundFont))
            throw new MadeMusicException(soundFont, "there is no such sound font");

        var folder = Directory.CreateTempSubdirectory("sparseaudio-");
        try
        {
            var file = Path.Combine(folder.FullName, "score.mid");
            File.WriteAllBytes(file, midi);
            var mono = new float[(int)Math.Ceiling((double)samples * RenderedRate / sampleRate) + RenderedRate];
            Run([.. settings.Arguments, soundFont, file], soundFont, mono, cancellation);
            var sound = Resampler.Resample(mono, RenderedRate, sampleRate);
            Array.Resize(ref sound, samples);
            return sound;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string[] arguments, string soundFont, float[] mono, CancellationToken cancellation)
    {
        string[] output = [
            "-ni", "-q", "-r", RenderedRate.ToString(CultureInfo.InvariantCulture), "-O", "float", "-T", "raw", "-F", "-", "-z", LongestPeriod];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_hangs);
        using var process = Start([.. output, "-o", "synth.dynamic-sample-loading=1", "-o", "synth.cpu-cores=1", .. arguments]);
        using var kill = limit.Token.Register(() => process.Kill());
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        ReadMono(process.StandardOutput.BaseStream, mono);
        process.WaitForExit();
        if (process.ExitCode > FirstSignal)
        {
            // Ctrl-C on a terminal goes to both programs, and may reach this one later.
            cancellation.WaitHandle.WaitOne(_signalDelay);
        }

        cancellation.ThrowIfCancellationRequested();
        if (limit.IsCancellationRequested)
            throw new MadeMusicException(soundFont, $"{Program} did not end within {_hangs.TotalMinutes:F0} minutes");

        // It ends with 0 where it could not read the sound font, after an error line and without notes.
        var complaint = errors.GetAwaiter().GetResult().Split('\n')
            .FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase));
        if (process.ExitCode != 0 || complaint is not null)
            throw new MadeMusicException(
                soundFont, $"{Program} cannot play it: {complaint ?? $"exit code {process.ExitCode}"}", "name another sound font");
    }

    // Reads to the end, so that the program can end; the piece is over before that, and the rest is its last reverb.
    private static void ReadMono(Stream stream, Span<float> mono)
    {
        var chunk = new byte[ChunkFrames * Channels * sizeof(float)];
        int read;
        do
        {
            read = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            var stereo = MemoryMarshal.Cast<byte, float>(chunk.AsSpan(0, read));
            var frames = Math.Min(mono.Length, stereo.Length / Channels);
            for (var i = 0; i < frames; i++)
                mono[i] = (stereo[Channels * i] + stereo[(Channels * i) + 1]) / 2;

            mono = mono[frames..];
        }
        while (read == chunk.Length);
    }

    private static Process Start(string[] arguments)
    {
        var info = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true
        };
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw new MadeMusicException(
                Program, "this program cannot be started", "install it (apt-get install fluidsynth), or make music without a sound font", e);
        }
    }
}

/// <summary>What a piece sounds in when fluidsynth plays it.</summary>
/// <param name="Reverb">Whether there is reverb.</param>
/// <param name="RoomSize">Its length, 0 to 1.</param>
/// <param name="ReverbLevel">Its loudness, 0 to 1.</param>
/// <param name="Chorus">Whether there is chorus.</param>
public sealed record SynthSettings(bool Reverb = false, double RoomSize = 0.2, double ReverbLevel = 0.9, bool Chorus = false)
{
    // Loud enough for a single soft note in float samples; every piece is brought to its own level afterwards.
    private const string Gain = "0.5";

    /// <summary>The options of the command line.</summary>
    internal IReadOnlyList<string> Arguments =>
    [
        "-g", Gain, "-R", Switch(Reverb), "-C", Switch(Chorus),
        "-o", $"synth.reverb.room-size={RoomSize.ToString("F2", CultureInfo.InvariantCulture)}",
        "-o", $"synth.reverb.level={ReverbLevel.ToString("F2", CultureInfo.InvariantCulture)}",
    ];

    /// <summary>Draws settings.</summary>
    internal static SynthSettings Draw(Random random) =>
        new(random.Chance(0.67), random.Between(0.1, 0.9), random.Between(0.1, 0.9), random.Chance(0.33));

    private static string Switch(bool on) => on ? "1" : "0";
}
