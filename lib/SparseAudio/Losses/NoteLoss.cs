using SparseAudio.Models.Workbook;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Losses;

/// <summary>
/// The loss of a <see cref="NoteDetector"/>: cross entropies of onsets and of activity, each over the number of what is there to be found,
/// and the squared error of velocities at the onsets.
/// </summary>
internal sealed class NoteLoss
{
    // A missed onset costs more than a false one: there are hundreds of cells without for each one with.
    private const double OnsetGain = 4;
    private const double ActivityWeight = 0.5;
    private const double VelocityWeight = 0.5;
    private const double FewOnsets = 20;
    private const double FewActive = 100;

    /// <summary>The loss of a batch.</summary>
    /// <param name="found">The posteriors, each (batch, frames, pitches).</param>
    /// <param name="onsets">(batch, frames, pitches), see <see cref="Data.Notes.NoteTargets.Onsets"/>.</param>
    /// <param name="activity">(batch, frames, pitches), see <see cref="Data.Notes.NoteTargets.Activity"/>.</param>
    /// <param name="velocities">(batch, frames, pitches), see <see cref="Data.Notes.NoteTargets.Velocities"/>.</param>
    /// <param name="weights">(batch, frames, 1): 0 where nothing is known about the notes, otherwise 1.</param>
    public LossParts Compute(NotePosteriors found, Tensor onsets, Tensor activity, Tensor velocities, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var onset = binary_cross_entropy_with_logits(found.Onsets, onsets, reduction: Reduction.None) * (1 + OnsetGain * onsets);
        var active = binary_cross_entropy_with_logits(found.Activity, activity, reduction: Reduction.None);
        var velocity = (found.Velocities.sigmoid() - velocities).square() * onsets;
        var count = (onsets * weights).sum() + FewOnsets;
        return LossParts.Of(
        [
            ("notes.onset", (onset * weights).sum() / count),
            ("notes.activity", (active * weights).sum() / ((activity * weights).sum() + FewActive) * ActivityWeight),
            ("notes.velocity", (velocity * weights).sum() / count * VelocityWeight),
        ]).MoveToOuterDisposeScope();
    }
}
