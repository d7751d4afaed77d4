using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Signal;
using SparseAudio.Training;
using static TorchSharp.torch;

namespace SparseAudio.Evaluation;

/// <summary>A model as a system of the evaluation: at one of its levels of code, refined or not.</summary>
/// <param name="model">The model, in evaluation mode.</param>
/// <param name="name">What the table calls it.</param>
public sealed class ModelReconstructor(SparseAudioModel model, string name) : IReconstructor
{
    /// <summary>Whether events keep their details, where the model has them; otherwise the pure code of channels, frames and values.</summary>
    public bool Detailed { get; init; } = true;

    /// <summary>Gradient steps at encoding; more than 0 needs a model with details.</summary>
    public int RefineSteps { get; init; }

    /// <summary>Whether to decode every event alone too, for <see cref="EventMetrics"/>.</summary>
    public bool WithEvents { get; init; }

    /// <summary>What refinement lowers; null: the workbook's loss.</summary>
    public ILoss? Loss { get; init; }

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>
    /// Every level of code that a model has: the pure and the detailed one, and with <paramref name="refineSteps"/> both refined; a single one
    /// where its events have no details.
    /// </summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="refineSteps">Gradient steps of the refined levels; 0: no such levels.</param>
    /// <param name="withEvents">See <see cref="WithEvents"/>.</param>
    /// <exception cref="ArgumentException">The model's events have no details to refine.</exception>
    public static IReadOnlyList<ModelReconstructor> Levels(SparseAudioModel model, int refineSteps = 0, bool withEvents = false)
    {
        var name = model.Config.Name;
        if (model.Config.DetailSize == 0)
        {
            if (refineSteps > 0)
                throw new ArgumentException(
                    $"Events of the preset '{name}' have no details to refine; use a preset with details, such as 'workbook'.", nameof(refineSteps));
            return [new(model, name) { WithEvents = withEvents }];
        }

        List<ModelReconstructor> levels =
        [
            new(model, $"{name}, pure") { Detailed = false, WithEvents = withEvents },
            new(model, $"{name}, detailed") { WithEvents = withEvents },
        ];
        if (refineSteps > 0)
        {
            levels.Add(new(model, $"{name}, pure, refined {refineSteps}") { Detailed = false, RefineSteps = refineSteps, WithEvents = withEvents });
            levels.Add(new(model, $"{name}, refined {refineSteps}") { RefineSteps = refineSteps, WithEvents = withEvents });
        }

        return levels;
    }

    /// <inheritdoc/>
    public double NumbersPer(int samples) => NumbersOf(model.Config.Events) * (samples / (double)model.Config.Samples);

    /// <inheritdoc/>
    public Reconstruction Rebuild(float[] samples, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var device = model.parameters().First().device;
        var audio = tensor(samples, [1, 1, samples.Length], device: CPU).IntoTorchMemory(device);
        SparseEncoding encoding;
        using (no_grad())
            encoding = model.Encode(audio);

        if (!Detailed) encoding = encoding with { Details = null };
        if (RefineSteps > 0) encoding = Refinement.Refine(model, audio, encoding, RefineSteps, Loss, cancellation: cancellation);
        using var fixedGraph = no_grad();
        var events = (int)encoding.Values.ne(0).sum().item<long>();
        return new Reconstruction(Samples(model.DecodeSum(encoding)))
        {
            Bits = BitsOf(encoding),
            EventCount = events,
            Numbers = NumbersOf(events),
            Events = WithEvents ? Split(model.DecodeEvents(encoding)) : null,
            Channels = [.. encoding.Channels.flatten().cpu().data<long>().ToArray().Select(channel => (int)channel)],
        };
    }

    private double NumbersOf(int events)
    {
        var perEvent = 3 + (Detailed ? model.Config.DetailSize : 0);
        return events * perEvent + (model.Config.CarriesContext ? model.Config.ContextWidth : 0);
    }

    // What a code file would hold beside its header, at its usual precision; the sound is that of the exact code.
    private double BitsOf(SparseEncoding encoding)
    {
        using var file = new CodeReader(
            new MemoryStream(CodeFile.ToBytes(CodeTensors.ToCode(encoding, model.Config, model.Config.Name))), model.Config.Name);
        return 8.0 * file.Info.EventBytes;
    }

    private static float[] Samples(Tensor sound) => sound.flatten().cpu().data<float>().ToArray();

    private static float[][] Split(Tensor events) => [.. Enumerable.Range(0, (int)events.shape[1]).Select(e => Samples(events.select(1, e)))];
}
