using System.Text.Json;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>Copies the part of a model that decodes, see <see cref="DecoderExport"/>.</summary>
internal static class DecoderExporter
{
    private static readonly string[] _parts = ["parameter_head.", "decoder.", "reverb."];
    private static readonly JsonSerializerOptions _options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

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

    /// <summary>The export of a model, which may be on any device.</summary>
    public static DecoderExport Of(WorkbookModel model)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var numbers = new MemoryStream();
        var config = model.Config;
        var knots = new SynthKnots(config.Partials, CPU);
        var tensors = model.state_dict().Where(part => _parts.Any(name => part.Key.StartsWith(name, StringComparison.Ordinal)))
            .OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => (part.Key, part.Value))
            .Concat([
                ("frequencies", model.Grid.Frequencies), ("knots.amplitudes", knots.Amplitudes), ("knots.decays", knots.Decays),
                ("knots.bands", knots.Bands), ("knots.start", knots.Start), ("knots.residual", knots.StartOf(ones(1, device: CPU)) - knots.Start)])
            .Select(part => new Part(part.Item1, part.Item2.shape, Append(numbers, part.Item2))).ToArray();
        var header = JsonSerializer.Serialize(
            new Shape(
                config.SampleRate, config.Hop, config.Samples, config.Frames, config.Events, config.Channels, config.Variants, config.NoteTimbres,
                config.Partials, model.Grid.StepOctaves, SynthControls.MostDelay, SynthDecoder.NoiseAttackSeconds, _places, _ranges, tensors),
            _options);
        return new DecoderExport(header, numbers.ToArray());
    }

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
