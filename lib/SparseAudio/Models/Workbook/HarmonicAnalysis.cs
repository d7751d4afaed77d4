using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>Measures notes on the spectra of one segment: how they are tuned, and how loud they are.</summary>
internal sealed class HarmonicAnalysis
{
    private const int Harmonics = 6;
    private const int Frames = 10;
    private const int LoudFrames = 8;
    private const double ReachCents = 60;
    private const double StepCents = 10;
    private readonly float[] parts;
    private readonly int frames;
    private readonly int bins;
    private readonly WorkbookConfig config;

    /// <summary>Takes spectra over.</summary>
    /// <param name="spectra">(frames, bins, 2) of <see cref="SpectraOf"/>: real and imaginary parts.</param>
    /// <param name="config">Window, hop and sample rate.</param>
    public HarmonicAnalysis(Tensor spectra, WorkbookConfig config)
    {
        this.config = config;
        (frames, bins) = ((int)spectra.shape[0], (int)spectra.shape[1]);
        parts = spectra.contiguous().cpu().data<float>().ToArray();
    }

    /// <summary>The spectra of a segment's frames, each of a window that reaches forward, also over the segment's end.</summary>
    /// <param name="sound">(batch, samples + surroundings)</param>
    /// <param name="config">Window and hop.</param>
    /// <returns>(batch, frames, bins, 2)</returns>
    public static Tensor SpectraOf(Tensor sound, WorkbookConfig config)
    {
        var shape = hann_window(config.Window, device: sound.device);
        var framed = Framing.Split(sound, config.Window, config.Hop).narrow(1, 0, config.Frames);
        return view_as_real(fft.rfft(framed * shape) * (4.0 / config.Window));
    }

    /// <summary>The fundamental of a note in hertz, and its amplitude.</summary>
    /// <param name="nominal">Its fundamental within half a semitone.</param>
    /// <param name="onset">Where it begins, seconds.</param>
    /// <param name="offset">Where it ends, seconds.</param>
    public (double Hz, float Amplitude) Note(double nominal, double onset, double offset)
    {
        var first = Math.Min((int)Math.Ceiling(onset * config.SampleRate / config.Hop), frames - 2);
        var last = Math.Clamp((int)((offset * config.SampleRate - config.Window / 2.0) / config.Hop), first, Math.Min(first + Frames, frames - 2));
        var coarse = Coarse(nominal, first, last);
        return (Exact(coarse, first, last), Amplitude(coarse, first));
    }

    // Where between 60 cents below and above the partials are loudest.
    private double Coarse(double nominal, int first, int last)
    {
        var (best, height) = (nominal, 0.0);
        for (var cents = -ReachCents; cents <= ReachCents; cents += StepCents)
        {
            var hz = nominal * Math.Pow(2, cents / 1200);
            var sum = 0.0;
            for (var frame = first; frame <= last; frame++)
                for (var q = 1; q <= Harmonics; q++) sum += Math.Sqrt(Between(frame, hz * q));
            if (sum > height) (best, height) = (hz, sum);
        }

        return best;
    }

    // From how far the phases of the partials turn from one frame to the next.
    private double Exact(double coarse, int first, int last)
    {
        var width = (double)config.SampleRate / config.Window;
        var (sum, weights) = (0.0, 1e-12);
        for (var frame = first; frame <= last; frame++)
        {
            for (var q = 1; q <= Harmonics; q++)
            {
                var bin = (int)Math.Round(coarse * q / width);
                if (bin < 1 || bin >= bins - 1) continue;
                var expected = 2 * Math.PI * coarse * q * config.Hop / config.SampleRate;
                var turn = Angle(frame + 1, bin) - Angle(frame, bin) - expected;
                turn -= 2 * Math.PI * Math.Round(turn / (2 * Math.PI));
                var deviation = turn * config.SampleRate / (2 * Math.PI * config.Hop) / q / coarse;
                if (Math.Abs(deviation) > 0.03) continue;
                var weight = Power(frame, bin) * q;
                (sum, weights) = (sum + deviation * weight, weights + weight);
            }
        }

        return coarse * (1 + sum / weights);
    }

    private float Amplitude(double hz, int first)
    {
        var loudest = 0.0;
        for (var frame = first; frame < Math.Min(first + LoudFrames, frames); frame++)
        {
            var power = 0.0;
            for (var q = 1; q <= Harmonics; q++) power += Math.Pow(Between(frame, hz * q), 2);
            loudest = Math.Max(loudest, power);
        }

        return (float)Math.Sqrt(loudest);
    }

    // The magnitude between bins; the peak of a sine lies at most half a bin beside one.
    private double Between(int frame, double hz)
    {
        var place = hz * config.Window / config.SampleRate;
        var bin = (int)place;
        if (bin < 1 || bin >= bins - 1) return 0;
        var share = place - bin;
        return Math.Sqrt(Power(frame, bin)) * (1 - share) + Math.Sqrt(Power(frame, bin + 1)) * share;
    }

    private double Power(int frame, int bin)
    {
        var at = 2 * (frame * bins + bin);
        return (double)parts[at] * parts[at] + (double)parts[at + 1] * parts[at + 1];
    }

    private double Angle(int frame, int bin)
    {
        var at = 2 * (frame * bins + bin);
        return Math.Atan2(parts[at + 1], parts[at]);
    }
}
