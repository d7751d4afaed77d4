using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// Improves a code by listening: gradient steps on the context and, where the events have details, on these, otherwise on the events' values. The
/// model and the events' channels and frames stay as they are.
/// </summary>
public static class Refinement
{
    // In steps of ModelConfig.DetailSteps: a detail that is heard sooner moves less. Five steps so are worth more than eight in which all details
    // move alike.
    private const double DetailRate = 0.2;
    private const double ContextRate = 0.05;

    // A pure code has little else to move.
    private const double LogValueRate = 0.1;
    private const double PureContextRate = 0.2;

    /// <summary>Refines the code of a batch of segments.</summary>
    /// <param name="model">A model whose events have details.</param>
    /// <param name="audio">(batch, 1, samples), what the code should sound like.</param>
    /// <param name="encoding">Where to start.</param>
    /// <param name="steps">Gradient steps; 5 bring more than half, 60 nearly all that can be had.</param>
    /// <param name="loss">What to lower; null: <see cref="WorkbookLoss"/>.</param>
    /// <param name="ringing">(batch, 1, samples), what sounds besides, such as events of earlier segments; null: nothing.</param>
    /// <param name="carriedOn">(batch, 1, samples), the gain over time of what goes on from before the segment; null: 1.</param>
    /// <param name="cancellation">Ends between two steps.</param>
    /// <returns>The same events with other details, or without details with other values, and another context.</returns>
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
        var details = encoding.Details?.detach();
        using var moves = new Parameter(zeros_like(details ?? encoding.Values));
        using var context = new Parameter(Copy(encoding.Context ?? model.ContextOf(encoding)));
        var detailSteps = details is null ? null : tensor(model.Config.DetailSteps.ToArray(), details.dtype, details.device);
        var fixedParts = encoding with { Values = encoding.Values.detach(), VariantShares = null };
        SparseEncoding Moved() => details is null
            ? fixedParts with { Values = fixedParts.Values * moves.exp(), Context = context }
            : fixedParts with { Details = details + moves * detailSteps!, Context = context };

        var moveGroup = new Adam.ParamGroup([moves], beta1: 0.9, beta2: 0.99);
        var contextGroup = new Adam.ParamGroup([context], beta1: 0.9, beta2: 0.99);
        using var adam = optim.Adam([moveGroup, contextGroup]);
        var (moveRate, contextRate) = details is null ? (LogValueRate, PureContextRate) : (DetailRate, ContextRate);
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var sound = model.DecodeSum(Moved(), carriedOn);
            if (ringing is not null) sound = sound + ringing;
            // The loss is a mean over the batch; every segment should move as if it were alone.
            var total = goal.Compute(audio, sound).Total * encoding.Values.shape[0];
            var gradients = autograd.grad([total], [moves, context]);
            (moves.grad, context.grad) = (gradients[0], gradients[1]);
            var share = Math.Min(1, 2 * (1 - step / (double)steps) + 0.05);
            (moveGroup.LearningRate, contextGroup.LearningRate) = (moveRate * share, contextRate * share);
            adam.step();
        }

        var refined = Moved();
        return new SparseEncoding(Copy(encoding.Channels), Copy(encoding.Frames), Copy(refined.Values))
        {
            Details = refined.Details is { } moved ? Copy(moved) : null,
            Context = Copy(context),
        }.MoveToOuterDisposeScope();
    }

    private static Tensor Copy(Tensor tensor) => tensor.detach().clone();
}
