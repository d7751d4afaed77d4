using System.Text.Json;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// What of a model decodes, for programs in other languages, such as a page that plays and edits events: a header in JSON, and the numbers
/// of its tensors one after the other, little-endian, in 16 bits where that loses nothing and otherwise in 32.
/// </summary>
public sealed record DecoderExport
{
    private static readonly string[] _parts = ["parameter_head.", "decoder.", "reverb."];
    private static readonly JsonSerializerOptions _options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Copies what decodes.</summary>
    /// <param name="model">The model; it may be on any device.</param>
    public DecoderExport(WorkbookModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var numbers = new MemoryStream();
        var config = model.Config;
        var knots = new SynthKnots(config.Partials, CPU);
        var tensors = model.state_dict().Where(part => _parts.Any(name => part.Key.StartsWith(name, StringComparison.Ordinal)))
            .OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => (part.Key, part.Value))
            .Concat([
                ("frequencies", model.Grid.Frequencies), ("knots.amplitudes", knots.Amplitudes), ("knots.decays", knots.Decays),
                ("knots.bands", knots.Bands), ("knots.start", knots.Start), ("knots.residual", knots.StartOf(ones(1)) - knots.Start)])
            .Select(part => new Part(part.Item1, part.Item2.shape, Append(numbers, part.Item2))).ToArray();
        Header = JsonSerializer.Serialize(
            new Shape(
                config.SampleRate, config.Hop, config.Samples, config.Frames, config.Events, config.Channels, config.Variants, config.NoteTimbres,
                config.Partials, model.Grid.StepOctaves, SynthControls.MostDelay, SynthDecoder.NoiseAttackSeconds, _places, _ranges, tensors),
            _options);
        Numbers = numbers.ToArray();
    }

    /// <summary>The model's sizes, the places of parameters and their ranges, and name, shape and width of every tensor, in JSON.</summary>
    public string Header { get; }

    /// <summary>The numbers of all tensors in the order of the header.</summary>
    public ReadOnlyMemory<byte> Numbers { get; }

    private static readonly Dictionary<string, int> _places = new()
    {
        ["level"] = SynthParameters.Level,
        ["pitch"] = SynthParameters.Pitch,
        ["delay"] = SynthParameters.Delay,
        ["amplitudes"] = SynthParameters.Amplitudes,
        ["decays"] = SynthParameters.Decays,
        ["inharmonicity"] = SynthParameters.Inharmonicity,
        ["attack"] = SynthParameters.Attack,
        ["swell"] = SynthParameters.Swell,
        ["swellTime"] = SynthParameters.SwellTime,
        ["length"] = SynthParameters.Length,
        ["release"] = SynthParameters.Release,
        ["noise"] = SynthParameters.Noise,
        ["noiseDecay"] = SynthParameters.NoiseDecay,
    };

    private static readonly Dictionary<string, LogRange> _ranges = new()
    {
        ["decay"] = LogRange.Decay,
        ["attack"] = LogRange.Attack,
        ["swellTime"] = LogRange.SwellTime,
        ["length"] = LogRange.Length,
        ["release"] = LogRange.Release,
        ["noiseDecay"] = LogRange.NoiseDecay,
    };

    // Whether 16 bits hold the numbers exactly.
    private static bool Append(Stream bytes, Tensor tensor)
    {
        var values = tensor.detach().cpu().flatten().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
        var half = Array.TrueForAll(values, value => (float)(Half)value == value);
        using var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true);
        foreach (var value in values)
        {
            if (half) writer.Write((Half)value);
            else writer.Write(value);
        }

        return half;
    }

    private sealed record Part(string Name, long[] Shape, bool Half);

    private sealed record Shape(
        int SampleRate, int Hop, int Samples, int Frames, int Events, int Channels, int Variants, int NoteTimbres, int Partials,
        double StepOctaves, double MostDelayFrames, double NoiseAttackSeconds, Dictionary<string, int> Parameters,
        Dictionary<string, LogRange> Ranges, Part[] Tensors);
}
