namespace SparseAudio.Models;

public sealed partial record ModelConfig
{
    /// <summary>
    /// The workbook's own model: the published idea at the same 64 events of a (4096, 128) code, with channels that mean
    /// a pitch and a timbre, small enough to train on two cores and to ship.
    /// </summary>
    public static ModelConfig Workbook { get; } = new()
    {
        Name = "workbook",
        PitchedChannels = true,
        EncoderDepth = 4,
        EncoderDropout = 0,
        EmbeddingSize = 64,
        ContextSize = 32,
        OrthonormalRoom = false,
        FineWindow = 512,
        SuppressionRadius = 2,
        PeakRadius = 2,
        Rounds = 2,
        StruckSamples = 512,
        Detailed = true,
        Revisions = 2,
        LearnedNoise = true,
        Partials = 16,
    };

    /// <summary>
    /// Channels mean pitch · variants + variant, and an event's value is the spectrogram's magnitude at its pitch times a
    /// learned gate: a code that can be read, and the largest single gain in closeness. Off: channels mean what training
    /// makes of them.
    /// </summary>
    public bool PitchedChannels { get; init; }

    /// <summary>Timbres of each pitch, where channels have pitches; Channels is a multiple of it.</summary>
    public int Variants { get; init; } = 16;

    /// <summary>Channels inside the pitched encoder: a quarter of the spectrogram's bins, so that it trains on two cores.</summary>
    public int EncoderWidth { get; init; } = 256;

    /// <summary>Window of a second spectrogram that shows onsets more sharply than the first; 0 for none.</summary>
    public int FineWindow { get; init; }

    /// <summary>
    /// An event is the largest cell within this many pitches and frames, for one partial of one note is one event; without it
    /// duplicates crowd out everything else. 0 for none.
    /// </summary>
    public int SuppressionRadius { get; init; }

    /// <summary>
    /// Only peaks of the spectrogram, the largest within so many pitches, can be events: free to choose, a long training puts
    /// two events beside a strong partial instead of one on it, and the harmony suffers. 0: any cell.
    /// </summary>
    public int PeakRadius { get; init; }

    /// <summary>
    /// In how many rounds the events are chosen, each from what the earlier ones leave when they are played: all at once, a ringing
    /// note is chosen again and again. 1: all at once.
    /// </summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Partials of a resonance: damped in closed form instead of window by window, up to a cut below half the sample rate, so nothing aliases.</summary>
    public int Partials { get; init; } = 32;

    /// <summary>Samples of the impulse with which a resonance is convolved, a multiple of Hop; 0: impulses are only heard beside the resonance.</summary>
    public int StruckSamples { get; init; }

    /// <summary>
    /// Events carry a vector of details of their own beside channel, frame and value, for what a channel alone cannot say; the
    /// pure code is the same without them.
    /// </summary>
    public bool Detailed { get; init; }

    /// <summary>
    /// How many times the encoder plays its draft, compares it with the sound, and corrects values, context and, the last time,
    /// details; a look at the sound alone cannot know what the other events already play. 0 for never.
    /// </summary>
    public int Revisions { get; init; }

    /// <summary>
    /// The noise is trained like any weight: it loses the chance peaks and holes of random noise, which nothing in a
    /// code could place where the recording has them.
    /// </summary>
    public bool LearnedNoise { get; init; }

    private void ValidatePitched()
    {
        Require(nameof(Variants), Variants >= 1 && Channels % Variants == 0 && Channels / Variants >= 2, $"must divide Channels ({Channels}) into at least 2 pitches.");
        Require(nameof(EncoderWidth), EncoderWidth >= 8 && EncoderWidth % 8 == 0, "must be a multiple of 8.");
        if (FineWindow != 0) PowerOfTwo(nameof(FineWindow), FineWindow, Hop);
        AtLeast(nameof(SuppressionRadius), SuppressionRadius, 0);
        AtLeast(nameof(PeakRadius), PeakRadius, 0);
        Require(nameof(Rounds), Rounds >= 1 && Rounds <= Events, $"must be 1 to Events ({Events}).");
        AtLeast(nameof(Partials), Partials, 1);
        Require(nameof(Revisions), Revisions is >= 0 and <= 8, "must be 0 to 8.");
        Require(nameof(StruckSamples), StruckSamples >= 0 && StruckSamples % Hop == 0 && StruckSamples <= Samples, $"must be a multiple of Hop ({Hop}), at most Samples.");
    }
}
