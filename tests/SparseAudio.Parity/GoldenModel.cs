using SparseAudio.Models;
using SparseAudio.Models.Published;
using static TorchSharp.torch;

namespace SparseAudio.Parity;

/// <summary>The published model with the weights, noise and inputs of a folder of reference values.</summary>
internal static class GoldenModel
{
    private const string RoomsFile = "impulses.npy";

    /// <summary>Builds the model; dropout is off, as in the reference run.</summary>
    public static PublishedModel Build(GoldenFolder folder, Device device)
    {
        using var scope = NewDisposeScope();
        var rooms = Floats(folder.Read(RoomsFile), device);
        var config = new PublishedConfig { EncoderDropout = 0, Rooms = (int)rooms.shape[0] };
        var model = new PublishedModel(config, device: device) { Noise = new HashNoise(folder.Hash) };
        model.Reverb.SetResponses(rooms);
        SetWeights(model, folder);
        return model;
    }

    /// <summary>Sets every parameter and running statistic to the folder's values.</summary>
    public static void SetWeights(PublishedModel model, GoldenFolder folder)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var (overrides, powers) = (folder.Overrides, folder.VariancePowers);
        foreach (var (name, parameter) in model.named_parameters())
        {
            var (scale, offset) = overrides.TryGetValue(name, out var own) ? own : Usual(name, parameter.ndim);
            parameter.copy_(Hashed(folder.Hash, name, parameter.shape, s => offset + scale * s, parameter.device));
        }
        foreach (var (name, buffer) in model.state_dict())
        {
            if (name.EndsWith(".running_mean", StringComparison.Ordinal))
                buffer.copy_(Hashed(folder.Hash, name, buffer.shape, s => 0.05 * s, buffer.device));
            else if (name.EndsWith(".running_var", StringComparison.Ordinal))
            {
                var power = powers[name[..name.LastIndexOf('.')]];
                buffer.copy_(Hashed(folder.Hash, name, buffer.shape, s => Math.ScaleB(1 + 0.1 * Math.Abs(s), power), buffer.device));
            }
            else if (name.EndsWith(".num_batches_tracked", StringComparison.Ordinal))
                buffer.zero_();
        }
    }

    /// <summary>A tensor of hashed numbers in -1…1, times a factor.</summary>
    public static Tensor Input(GoldenFolder folder, string name, long[] shape, Device device, double scale = 1) =>
        Hashed(folder.Hash, name, shape, s => scale * s, device);

    /// <summary>An array as a tensor of float32.</summary>
    public static Tensor Floats(NumpyArray array, Device device) =>
        tensor(Array.ConvertAll(array.Values, value => (float)value), array.Shape, device: device);

    private static (double Scale, double Offset) Usual(string name, long dimensions) =>
        name.EndsWith("bias", StringComparison.Ordinal) ? (0.01, 0)
        : dimensions == 1 ? (0.1, 1)
        : (0.1, 0);

    private static Tensor Hashed(GoldenHash hash, string name, long[] shape, Func<double, double> map, Device device)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        hash.Fill(name, values, map);
        return tensor(values, shape, device: device);
    }

    // The numbers start anew at every forward pass.
    private sealed class HashNoise(GoldenHash hash) : WhiteNoise
    {
        public override Tensor For(SparseEncoding encoding, long samples) =>
            Hashed(hash, "noise", [encoding.Values.numel(), samples], s => s, encoding.Values.device);
    }
}
