using System.Collections.Immutable;
using System.Globalization;
using SparseAudio.Models.Presets;

namespace SparseAudio.Codec.Format;

/// <summary>
/// How finely a code file keeps numbers, and in which layers: a file that is cut off between two of its layers is a coarser code of the whole
/// recording. Channels and frames are always exact.
/// </summary>
public sealed record CodePrecision
{
    /// <summary>The quality of files that nothing else is asked of: numbers are within an eighth of a step that can just be told.</summary>
    public const double UsualQuality = 8;

    /// <summary>The highest quality short of no loss.</summary>
    public const double HighestQuality = 12;

    private const double JustAudible = 6;
    private const double AmplitudeStep = 0.25;
    private const double LevelStep = 0.125;
    private const double ContextStep = 0.35;
    private const double UnknownDetailStep = 0.25;

    // Layers of a code whose events have not been told apart by what they are worth: first no details, then coarse ones.
    private static readonly ImmutableArray<LayerPrecision> _usualLayers = [new(4, false), new(2, true), new(0, true)];

    private CodePrecision(ImmutableArray<LayerPrecision> layers, double? quality) => (Quality, Layers) = (quality, layers);

    /// <summary>The usual precision.</summary>
    public CodePrecision() : this(_usualLayers, UsualQuality)
    {
    }

    /// <summary>A precision with the usual layers.</summary>
    /// <param name="quality">
    /// 0 to <see cref="HighestQuality"/>: at 6 the steps of numbers are those that change the distances of the sound just measurably; one more
    /// halves them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The quality is not possible.</exception>
    public CodePrecision(double quality) : this(quality, _usualLayers)
    {
    }

    /// <summary>A precision with layers of one's own.</summary>
    /// <param name="quality">As above.</param>
    /// <param name="layers">From the coarsest on; the last leaves out no plane.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quality or the layers are not possible.</exception>
    internal CodePrecision(double quality, IEnumerable<LayerPrecision> layers) : this([.. layers], quality)
    {
        if (!(quality is >= 0 and <= HighestQuality))
        {
            var message = FormattableString.Invariant($"The quality is {quality}; give 0 to {HighestQuality}.");
            throw new ArgumentOutOfRangeException(nameof(quality), quality, message);
        }
    }

    /// <summary>Everything comes back bit for bit, in one layer.</summary>
    public static CodePrecision Lossless { get; } = new([new(0, true)], null);

    /// <summary>The quality; null where nothing is lost.</summary>
    public double? Quality { get; }

    /// <summary>The layers of a file, from the coarsest on.</summary>
    internal ImmutableArray<LayerPrecision> Layers { get; init; }

    /// <summary>The layers of events that have not been told apart by what they are worth.</summary>
    internal EventLayers UsualEventLayers => new(0, Layers.TakeWhile(layer => !layer.Detailed).Count());

    /// <summary>The precision in a word, for the record of what was made.</summary>
    internal string ToText() => Quality is { } quality ? quality.ToString("quality 0.##", CultureInfo.InvariantCulture) : "lossless";

    /// <summary>The steps of amplitudes and gains.</summary>
    internal Func<int, int>? AmplitudeSteps => StepsOf(_ => AmplitudeStep);

    /// <summary>The steps of levels.</summary>
    internal Func<int, int>? LevelSteps => StepsOf(_ => LevelStep);

    /// <summary>The steps of the numbers of contexts.</summary>
    internal Func<int, int>? ContextSteps => StepsOf(_ => ContextStep);

    /// <summary>The steps of details, which differ in how well they are heard.</summary>
    /// <param name="model">The fingerprint of the model, which names its preset.</param>
    internal Func<int, int>? DetailSteps(string model)
    {
        var preset = ModelPreset.Names.FirstOrDefault(name => model.StartsWith(name + "-", StringComparison.Ordinal));
        var steps = preset is null ? [] : ModelPreset.Config(preset).DetailSteps;
        return StepsOf(i => i < steps.Count ? steps[i] : UnknownDetailStep);
    }

    // In half octaves.
    private Func<int, int>? StepsOf(Func<int, double> justAudible) =>
        Quality is { } quality ? i => (int)Math.Round(2 * (Math.Log2(justAudible(i)) + JustAudible - quality)) : null;
}

/// <summary>How finely a layer of a file tells the numbers of its own events and of those of earlier layers.</summary>
/// <param name="Plane">How many of the lowest bits are left to later layers.</param>
/// <param name="Detailed">Whether it tells details of events.</param>
internal readonly record struct LayerPrecision(int Plane, bool Detailed);
