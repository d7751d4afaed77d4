using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The partials of events, in closed form. Their amplitudes are known at knots 64 samples apart and run straight between them; with
/// n = 64 · row + column, a sinusoid is a sum of products of a number for the row and one for the column, so a whole segment of partials
/// is one matrix product. No partial reaches half the sample rate: nothing aliases.
/// </summary>
internal static class PartialBank
{
    /// <summary>Samples from one knot to the next.</summary>
    public const int Row = 64;

    /// <summary>The times of all knots, in samples.</summary>
    /// <param name="samples">Samples of the line, a multiple of <see cref="Row"/>.</param>
    /// <param name="like">For its type and device.</param>
    /// <returns>(samples / 64 + 1)</returns>
    public static Tensor Knots(long samples, Tensor like) => arange(samples / Row + 1, like.dtype, like.device) * Row;

    /// <summary>The numbers of all rows.</summary>
    /// <param name="controls">How the events sound.</param>
    /// <param name="since">(batch, events, knots): samples since the events' frames.</param>
    /// <param name="envelope">(batch, events, knots): what all partials of an event share.</param>
    /// <returns>(batch, events, 4 · partials, rows)</returns>
    public static Tensor Rows(SynthControls controls, Tensor since, Tensor envelope)
    {
        var time = since.unsqueeze(2);
        var begun = (time - controls.Delays.unsqueeze(3)).clamp_min(0);
        var amplitudes = (controls.Rates.unsqueeze(3) * -begun).exp() * controls.Amplitudes.unsqueeze(3) * envelope.unsqueeze(2);
        var angles = controls.Phases.unsqueeze(3).addcmul(controls.Omegas.unsqueeze(3), time, 1);
        var (sine, cosine) = (amplitudes * angles.sin(), amplitudes * angles.cos());  // (batch, events, partials, knots)
        var rows = since.shape[2] - 1;
        return cat([sine.narrow(3, 0, rows), cosine.narrow(3, 0, rows), sine.narrow(3, 1, rows), cosine.narrow(3, 1, rows)], 2);
    }

    /// <summary>The numbers of all columns: from the knot before, fading out, and from the knot after, fading in.</summary>
    /// <param name="controls">How the events sound.</param>
    /// <returns>(batch, events, 4 · partials, 64)</returns>
    public static Tensor Columns(SynthControls controls)
    {
        var column = arange(Row, controls.Omegas.dtype, controls.Omegas.device);
        var after = column / Row;
        var omegas = controls.Omegas.unsqueeze(3);
        var (forward, backward) = (omegas * column, omegas * (column - Row));
        return cat([forward.cos() * (1 - after), forward.sin() * (1 - after), backward.cos() * after, backward.sin() * after], 2);
    }

    /// <summary>Values between knots.</summary>
    /// <param name="knots">(…, knots)</param>
    /// <returns>(…, samples)</returns>
    public static Tensor Between(Tensor knots)
    {
        var rows = knots.shape[^1] - 1;
        var after = arange(Row, knots.dtype, knots.device) / Row;
        return (knots.narrow(-1, 0, rows).unsqueeze(-1) * (1 - after) + knots.narrow(-1, 1, rows).unsqueeze(-1) * after).flatten(-2, -1);
    }
}
