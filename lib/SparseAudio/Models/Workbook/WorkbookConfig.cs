using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The configuration of the workbook's own model: the published idea at no more than its 64 events of a (4096, 128) code, with channels that
/// mean a pitch and a timbre, small enough to train on two cores and to ship.
/// </summary>
public sealed record WorkbookConfig : ModelConfig
{
    private const int MostRadius = 16;
    private const int MostSurroundings = 1 << 18;

    /// <summary>The shipped model's numbers.</summary>
    [SetsRequiredMembers]
    public WorkbookConfig() => (Name, ContextSize) = ("workbook", 32);

    /// <inheritdoc/>
    public override string Model => "workbook";

    /// <summary>How often the encoder halves the time axis.</summary>
    public int EncoderDepth { get; init; } = 4;

    /// <summary>Size of the vector that stands for a channel.</summary>
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Lowest fundamental frequency in hertz.</summary>
    public double LowestHz { get; init; } = 40;

    /// <summary>Highest fundamental frequency in hertz.</summary>
    public double HighestHz { get; init; } = 4000;

    /// <summary>Timbres of each pitch in the code; Channels is a multiple of it.</summary>
    public int Variants { get; init; } = 16;

    /// <summary>Channels inside the pitched encoder: a quarter of the spectrogram's bins, so that it trains on two cores.</summary>
    public int EncoderWidth { get; init; } = 256;

    /// <summary>Window of a second spectrogram that shows onsets more sharply than the first; 0 for none.</summary>
    public int FineWindow { get; init; } = 512;

    /// <summary>
    /// Of the variants of a pitch, how many are timbres of notes; as many stand for notes that go on, the rest for residual events.
    /// </summary>
    public int NoteTimbres { get; init; } = 6;

    /// <summary>Channels of the layers of the note detector.</summary>
    public int DetectorWidth { get; init; } = new NoteDetectorConfig().Width;

    /// <summary>Samples before and after a segment that help to find its notes, where they are known.</summary>
    public int SurroundingSamples { get; init; } = NoteTranscription.ContextSamples;

    /// <summary>
    /// A residual event is the largest cell within this many pitches and frames; without it duplicates crowd out everything else. 0 for none.
    /// </summary>
    public int SuppressionRadius { get; init; } = 2;

    /// <summary>
    /// Only peaks of the spectrogram, the largest within so many pitches, can be residual events: free to choose, a long training puts
    /// two events beside a strong partial instead of one on it, and the harmony suffers. 0: any cell.
    /// </summary>
    public int PeakRadius { get; init; } = 2;

    /// <summary>
    /// In how many passes the residual events are chosen, each from what the notes and the earlier ones leave when they are played: all at
    /// once, a ringing partial is chosen again and again.
    /// </summary>
    public int ResidualPasses { get; init; } = 2;

    /// <summary>
    /// What the notes lack is a residual event only where it is at least this share of the loudest pitch of the segment: an event that
    /// nobody misses is none.
    /// </summary>
    public double ResidualFloor { get; init; } = 0.35;

    /// <summary>Partials of an event, up to a cut below half the sample rate, so nothing aliases.</summary>
    public int Partials { get; init; } = 24;

    /// <summary>
    /// Events carry a vector of details of their own beside channel, frame and value, for what a channel alone cannot say; the
    /// pure code is the same without them.
    /// </summary>
    public bool Detailed { get; init; } = true;

    /// <summary>
    /// How many times the encoder decodes its draft, compares it with the sound, and corrects it: values and context the first time, details
    /// thereafter; the sound alone does not tell what the other events already account for. 0 for never.
    /// </summary>
    public int Refinements { get; init; } = 3;

    /// <summary>
    /// How many times after that the amplitudes of partials are moved towards the sound's by plain arithmetic: a network tells timbres well and
    /// levels only nearly.
    /// </summary>
    public int AmplitudeUpdates { get; init; } = 2;

    /// <summary>
    /// The noise is trained like any weight: it loses the chance peaks and holes of random noise, which nothing in a
    /// code could place where the recording has them.
    /// </summary>
    public bool LearnedNoise { get; init; } = true;

    /// <inheritdoc/>
    public override double? HertzOf(int channel) =>
        LowestHz * Math.Pow(HighestHz / LowestHz, channel / Variants / (Channels / Variants - 1.0));

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Surroundings => SurroundingSamples;

    /// <summary>
    /// ContextSize numbers, which tell the noise floor, the reverb and the events' common timbre, and one more: among how many events the noise
    /// floor is shared, so that edits leave each event its share; 0 for as many as there can be.
    /// </summary>
    [JsonIgnore]
    public override int ContextWidth => ContextSize + 1;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool CarriesContext => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int DetailSize => Detailed ? SynthParameters.Count : 0;

    /// <inheritdoc/>
    internal override IReadOnlyList<double> DetailSteps => SynthParameters.AudibleSteps;

    /// <inheritdoc/>
    internal override long ParameterCount
    {
        get
        {
            var encoder = Layer(Bins + FineWindow / 2, EncoderWidth) + EncoderDepth * (Stage(EncoderWidth, 3) + Stage(EncoderWidth, 4))
                + Layer(EncoderWidth, Channels / Variants);
            var context = Layer(2 * BandMeans.Count, 64) + Layer(64, ContextSize);
            var features = Layer(LocalFeatures.Places + EncoderWidth + LocalFeatures.Told, 192) + Layer(192, LocalFeatures.Size)
                + Layer(LocalFeatures.Size, Variants) + Layer(LocalFeatures.Size + EmbeddingSize, SynthParameters.Count);
            var head = ((long)Channels + Variants) * EmbeddingSize + Layer(ContextSize, EmbeddingSize) + Layer(EmbeddingSize + 2, 128)
                + Layer(128, 128) + Layer(128, SynthParameters.Count);
            var around = LocalFeatures.Places + LocalFeatures.Moments * BandMeans.Count + LocalFeatures.Size + SynthParameters.Count;
            var refiner = Layer(around, 192) + Layer(192, 128);
            var first = Layer(128, 1) + Layer(BandMeans.Count + ContextSize, 64) + Layer(64, ContextSize);
            var later = Layer(128, SynthParameters.Count);
            return encoder + context + features + head + Refiners * refiner + Math.Min(Refiners, 1) * first + Math.Max(Refiners - 1, 0) * later
                + Layer(ContextSize, SynthParameters.BandCount) + Layer(ContextSize, Rooms + 1) + (LearnedNoise ? NoiseCount : 0)
                + Detector.ParameterCount;
        }
    }

    /// <summary>How many refiners there are: without details, none but the first.</summary>
    internal int Refiners => Detailed ? Refinements : Math.Min(Refinements, 1);

    /// <summary>The configuration of the note detector inside.</summary>
    [JsonIgnore]
    internal NoteDetectorConfig Detector => new() { Width = DetectorWidth, SampleRate = SampleRate };

    /// <inheritdoc/>
    internal override long TableCount =>
        (long)Rooms * Samples + (LearnedNoise ? 0 : NoiseCount) + 2L * Window * (Channels / Variants) + LogSpectrum.TableCount;

    private long NoiseCount => (long)SynthParameters.BandCount * Samples;

    /// <summary>Reads a configuration from JSON, and checks it.</summary>
    /// <exception cref="ModelConfigException">A field does not exist, or its value does not fit.</exception>
    public static WorkbookConfig FromJson(string json) => Parse<WorkbookConfig>(json);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Between(nameof(EncoderDepth), EncoderDepth, 1, 16);
        Require(nameof(EncoderDepth), Frames % (1 << EncoderDepth) == 0,
            $"Frames ({Frames}) cannot be halved {EncoderDepth} times.");
        Between(nameof(EmbeddingSize), EmbeddingSize, 1, MostChannels);
        Require(nameof(LowestHz), LowestHz > 0, "must be above 0 Hz.");
        Require(nameof(HighestHz), HighestHz > LowestHz && HighestHz < SampleRate / 2.0, "must lie between LowestHz and half of SampleRate.");
        var pitches = Variants >= 1 ? Channels / Variants : 0;
        Require(nameof(Variants), pitches >= 2 && Channels % Variants == 0, $"must divide Channels ({Channels}) into at least 2 pitches.");
        Require(
            nameof(EncoderWidth), EncoderWidth is >= 8 and <= MostChannels && EncoderWidth % 8 == 0,
            $"must be a multiple of 8 up to {MostChannels}.");
        if (FineWindow != 0) PowerOfTwo(nameof(FineWindow), FineWindow, Hop, 1 << 16);
        Between(nameof(SuppressionRadius), SuppressionRadius, 0, MostRadius);
        Between(nameof(PeakRadius), PeakRadius, 0, MostRadius);
        Require(nameof(ResidualPasses), ResidualPasses >= 1 && ResidualPasses <= Events, $"must be 1 to Events ({Events}).");
        Require(nameof(ResidualFloor), ResidualFloor is > 0 and < 1, $"must lie between 0 and 1, not {ResidualFloor}.");
        Require(
            nameof(NoteTimbres), NoteTimbres >= 1 && NoteTimbres < Variants / 2.0, $"must be at least 1 and below half of Variants ({Variants}).");
        Require(
            nameof(SurroundingSamples), SurroundingSamples is >= 0 and <= MostSurroundings && SurroundingSamples % NoteDetector.Multiple == 0,
            $"must be a multiple of {NoteDetector.Multiple}, at most {MostSurroundings}.");
        Require(nameof(Samples), Samples % NoteDetector.Multiple == 0, $"must be a multiple of {NoteDetector.Multiple}.");
        Detector.Validate();
        Between(nameof(Partials), Partials, 1, 256);
        Require(nameof(Refinements), Refinements is >= 0 and <= 8, "must be 0 to 8.");
        Require(nameof(AmplitudeUpdates), AmplitudeUpdates is >= 0 and <= 8, "must be 0 to 8.");
        LimitNumbers();
    }
}
