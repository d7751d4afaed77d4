using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// Improves a code by listening: gradient steps on the chosen events' own details and on the context, with the model,
/// the events' channels, frames and values held fixed.
/// </summary>
public static class Refinement
{
    // In steps of ModelConfig.DetailSteps: a detail that is heard sooner moves less. Five steps so are worth more than eight in which all details
    // move alike.
    private const double DetailRate = 0.2;
    private const double ContextRate = 0.05;

    /// <summary>Refines the code of a batch of segments.</summary>
    /// <param name="model">A model whose events have details.</param>
    /// <param name="audio">(batch, 1, samples), what the code should sound like.</param>
    /// <param name="encoding">Where to start; without details they start where they change nothing.</param>
    /// <param name="steps">Gradient steps; 5 bring about half, 60 nearly all that can be had.</param>
    /// <param name="loss">What to lower; null: <see cref="WorkbookLoss"/>.</param>
    /// <param name="ringing">(batch, 1, samples), what sounds besides, such as events of earlier segments; null: nothing.</param>
    /// <param name="carriedOn">(batch, 1, samples), the gain over time of what goes on from before the segment; null: 1.</param>
    /// <param name="cancellation">Ends between two steps.</param>
    /// <returns>The same events with other details and another context.</returns>
    /// <exception cref="ArgumentException">The model's events have no details.</exception>
    public static SparseEncoding Refine(
        SparseAudioModel model, Tensor audio, SparseEncoding encoding, int steps, ILoss? loss = null, Tensor? ringing = null,
        Tensor? carriedOn = null, CancellationToken cancellation = default)
    {
        if (model.Config.DetailSize == 0)
            throw new ArgumentException(
                $"Events of the preset '{model.Config.Name}' have no details to refine; use a preset with details, such as 'workbook'.", nameof(
                    model));
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentNullException.ThrowIfNull(encoding);
        encoding.RequireConsistency();
        audio.RequireReal([encoding.Values.shape[0], 1, model.Config.Samples], encoding.Values);
        ringing?.RequireReal(audio.shape, audio);
        carriedOn?.RequireReal(audio.shape, audio);
        encoding.Details?.RequireReal([.. encoding.Values.shape, model.Config.DetailSize], encoding.Values, nameof(encoding.Details));
        using var scope = NewDisposeScope();
        // Callers who only encode have switched gradients off.
        using var gradientsOn = enable_grad();
        var goal = loss ?? new WorkbookLoss(model.Config.SampleRate);
        var start = Copy(encoding.Details ?? model.PlainDetails(encoding));
        var scale = tensor(model.Config.DetailSteps.ToArray(), start.dtype, start.device);
        using var moves = new Parameter(zeros_like(start));
        using var context = new Parameter(Copy(encoding.Context ?? model.ContextOf(encoding)));
        var detailGroup = new Adam.ParamGroup([moves], beta1: 0.9, beta2: 0.99);
        var contextGroup = new Adam.ParamGroup([context], beta1: 0.9, beta2: 0.99);
        using var adam = optim.Adam([detailGroup, contextGroup]);
        var values = encoding.Values.detach();
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var code = encoding with { Values = values, Details = start + moves * scale, Context = context, VariantShares = null };
            var sound = model.DecodeSum(code, carriedOn);
            if (ringing is not null) sound = sound + ringing;
            // The loss is a mean over the batch; every segment should move as if it were alone.
            var total = goal.Compute(audio, sound).Total * encoding.Values.shape[0];
            var gradients = autograd.grad([total], [moves, context]);
            (moves.grad, context.grad) = (gradients[0], gradients[1]);
            var share = Math.Min(1, 2 * (1 - step / (double)steps) + 0.05);
            (detailGroup.LearningRate, contextGroup.LearningRate) = (DetailRate * share, ContextRate * share);
            adam.step();
        }
        return new SparseEncoding(Copy(encoding.Channels), Copy(encoding.Frames), Copy(values))
        {
            Details = Copy(start + moves * scale),
            Context = Copy(context),
        }.MoveToOuterDisposeScope();
    }

    private static Tensor Copy(Tensor tensor) => tensor.detach().clone();
}
