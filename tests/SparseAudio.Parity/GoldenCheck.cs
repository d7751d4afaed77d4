using SparseAudio.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseAudio.Parity;

/// <summary>
/// Checks the published model against a folder of reference values that the original Python computed: tensors of whole
/// passes and of single parts, losses, gradients, running statistics and three steps of Adam.
/// </summary>
public static class GoldenCheck
{
    private const string InputFile = "input.npy";

    /// <summary>The names under which <see cref="Run"/> reports, read from the folder's index.</summary>
    /// <exception cref="GoldenException">The folder cannot be used.</exception>
    public static IReadOnlyList<string> Entries(string path)
    {
        var folder = GoldenFolder.Open(path);
        var parameters = folder.Adam.GetProperty("parameters").EnumerateObject().Select(entry => entry.Name);
        var steps = Enumerable.Range(1, 3);
        return
        [
            .. folder.Tensors.Keys, .. folder.Scalars.Keys,
            .. folder.Gradients.Keys.Select(name => $"gradient.{name}"),
            .. folder.RunningStatistics.Keys.Select(name => $"running.{name}"),
            .. parameters.Select(name => $"adam.{name}"), .. steps.Select(step => $"adam.cells.{step}"), "adam.loss.1",
        ];
    }

    /// <summary>Computes everything and compares it; takes some ten seconds.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="device">Where to compute; null means the CPU.</param>
    /// <returns>One row for each reference value.</returns>
    /// <exception cref="GoldenException">The folder cannot be used; no row has been computed for it.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public static IReadOnlyList<GoldenRow> Run(string path, Device? device = null)
    {
        TorchLibrary.Require();
        using var scope = NewDisposeScope();
        var folder = GoldenFolder.Open(path);
        var place = device ?? CPU;
        // The reference values have all 24 bits of single precision; on a GPU, TF32 would leave 11 of them.
        if (place.type == DeviceType.CUDA) backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = false;
        var audio = GoldenModel.Floats(folder.Read(InputFile), place);
        using var model = GoldenModel.Build(folder, place);
        var comparison = new GoldenComparison(folder);
        Tensor Input(string name, long[] shape, double scale) => GoldenModel.Input(folder, name, shape, place, scale);

        model.eval();
        var parts = new GoldenParts(model, comparison.Tensor);
        parts.Constants(audio);
        parts.Isolated(Input);
        comparison.Loss("iso.loss", new Dictionary<string, double> { [""] = parts.Loss(audio, Input) });
        new GoldenPass(model, comparison, "eval").Run(audio);
        model.train();
        new GoldenPass(model, comparison, "train").Run(audio);
        comparison.AddMissing();

        // The pass in training mode has moved the running statistics.
        GoldenModel.SetWeights(model, folder);
        new GoldenTraining(model, comparison, folder).Run(audio);
        return comparison.Rows;
    }
}
