using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The resonance of events and its convolution with their impulses, in closed form. A damped partial is
/// <c>e^(s·n)</c>, and with n = hop · row + column it is the product of a number for the row and one for the column: a
/// whole segment of partials is one matrix product. Convolved with an impulse of a few rows, the same partial comes out
/// multiplied by a constant as soon as the impulse is over; only the rows of the impulse itself need a transform.
/// </summary>
internal sealed class DampedPartials
{
    private readonly SynthControls controls;
    private readonly long hop;
    private readonly long rows;
    private readonly Tensor columns;

    /// <summary>Prepares the columns.</summary>
    /// <param name="controls">How the events sound.</param>
    /// <param name="hop">Samples in a row.</param>
    /// <param name="rows">Rows in a segment.</param>
    public DampedPartials(SynthControls controls, long hop, long rows)
    {
        (this.controls, this.hop, this.rows) = (controls, hop, rows);
        var column = Steps(0, hop);
        var swell = (-column / controls.Attacks).exp().unsqueeze(2);
        var (real, imaginary) = Spin(controls.Rates.unsqueeze(3), controls.Omegas.unsqueeze(3), null, column);
        columns = cat([real, imaginary, real * swell, imaginary * swell], 2);
    }

    /// <summary>The numbers of all columns, (batch, events, 4 · partials, hop).</summary>
    public Tensor Columns => columns;

    /// <summary>The numbers of all rows: 0 before an event's frame, and with the impulse's constant once it is over.</summary>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="impulse">(batch, events, length), length a multiple of the hop; null: the resonance alone.</param>
    /// <returns>(batch, events, rows, 4 · partials)</returns>
    public Tensor Rows(Tensor frames, Tensor? impulse)
    {
        var since = ((arange(rows, device: frames.device) - frames.unsqueeze(2)) * hop).type_as(controls.Rates).unsqueeze(3);
        var plain = Families(since);
        if (impulse is not null)
        {
            var blocks = impulse.shape[2] / hop;
            var answers = Answers(impulse);
            // What sounds after the impulse is what sounded from the beginning, that many rows later.
            var after = Array.ConvertAll(plain, part => pad(part, (0, 0, blocks, -blocks)));
            for (var family = 0; family < 4; family += 2)
            {
                var (re, im) = (answers[family].unsqueeze(2), answers[family + 1].unsqueeze(2));
                plain[family] = plain[family].addcmul(after[family], re, 1).addcmul(after[family + 1], im, -1);
                plain[family + 1] = plain[family + 1].addcmul(after[family], im, 1).addcmul(after[family + 1], re, 1);
            }
        }
        // The imaginary part of (row · column): sines.
        return cat([plain[1], plain[0], plain[3], plain[2]], 3);
    }

    /// <summary>The convolution of impulse and resonance while the impulse lasts.</summary>
    /// <param name="impulse">(batch, events, length)</param>
    /// <returns>(batch, events, length)</returns>
    public Tensor Onset(Tensor impulse)
    {
        var length = impulse.shape[2];
        var since = (Steps(0, length / hop) * hop).view(1, 1, -1, 1);
        var plain = Families(since);
        var resonance = cat([plain[1], plain[0], plain[3], plain[2]], 3).matmul(columns).flatten(2, 3);
        return FftConvolution.Convolve(resonance, impulse, length);
    }

    // Real and imaginary parts of both families at the given times; 0 before time 0.
    private Tensor[] Families(Tensor since)
    {
        var held = since.clamp_min(0);
        var amplitudes = controls.Amplitudes.unsqueeze(2) * since.ge(0).type_as(since);
        var (real, imaginary) = Spin(controls.Rates.unsqueeze(2), controls.Omegas.unsqueeze(2), controls.Phases.unsqueeze(2), held, amplitudes);
        var fading = -Swell(held);
        return [real, imaginary, real * fading, imaginary * fading];
    }

    // sum over i of impulse[i] e^(s (length - i)), for both families: what a partial is multiplied by after the impulse.
    private Tensor[] Answers(Tensor impulse)
    {
        var blocks = impulse.shape[2] / hop;
        var reversed = impulse.view(impulse.shape[0], impulse.shape[1], blocks, hop).flip(3);
        var products = reversed.matmul(columns.transpose(2, 3)).chunk(4, 3);  // 4 x (batch, events, blocks, partials)
        var later = (hop * (Steps(1, blocks + 1).flip(0) - 1) + 1).view(1, 1, -1, 1);
        var (real, imaginary) = Spin(controls.Rates.unsqueeze(2), controls.Omegas.unsqueeze(2), null, later);
        var swell = Swell(later);
        var result = new Tensor[4];
        for (var family = 0; family < 4; family += 2)
        {
            result[family] = (products[family] * real - products[family + 1] * imaginary).sum(2);
            result[family + 1] = (products[family] * imaginary + products[family + 1] * real).sum(2);
            (real, imaginary) = (real * swell, imaginary * swell);
        }
        return result;
    }

    private Tensor Steps(long from, long to) => arange(from, to, controls.Rates.dtype, controls.Rates.device);

    // e^(s n) of every partial, from phase 0 and with amplitude 1 where none are given.
    private static (Tensor Real, Tensor Imaginary) Spin(Tensor rates, Tensor omegas, Tensor? phases, Tensor times, Tensor? amplitudes = null)
    {
        var angles = phases is null ? omegas * times : phases.addcmul(omegas, times, 1);
        var magnitudes = (-rates * times).exp();
        if (amplitudes is not null) magnitudes = magnitudes * amplitudes;
        return (magnitudes * angles.cos(), magnitudes * angles.sin());
    }

    // (1 - e^(-n / attack)) e^(s n) is the difference of two families of partials, of which the second dies faster by this
    // factor. Times: (…, times, 1).
    private Tensor Swell(Tensor times) => (-times / controls.Attacks.unsqueeze(2)).exp();
}
