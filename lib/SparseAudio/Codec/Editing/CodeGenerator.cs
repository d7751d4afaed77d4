namespace SparseAudio.Codec.Editing;

/// <summary>Codes of random events, by seed.</summary>
public static class CodeGenerator
{
    private const double PostAmplitude = 3;

    /// <summary>
    /// The post's recipe for every segment: all cells of the encoding are uniformly random from 0 to 3, and the largest are kept.
    /// The largest of so many are spread evenly over the grid and lie just below 3, so they are drawn directly.
    /// </summary>
    /// <param name="layout">The grid of the model.</param>
    /// <param name="model">The model's fingerprint.</param>
    /// <param name="seconds">Length of the recording.</param>
    /// <param name="eventsPerSegment">How many events a segment has.</param>
    /// <param name="seed">The same seed gives the same code.</param>
    public static SparseCode Uniform(CodeLayout layout, string model, double seconds, int eventsPerSegment = 64, int seed = 0)
    {
        var random = new Random(seed);
        var length = LengthOf(layout, seconds);
        var frames = (int)layout.FramesOf(length);
        var count = (int)Math.Round((double)eventsPerSegment * frames / layout.SegmentFrames);
        var cells = (double)layout.SegmentFrames * layout.Channels;
        var events = Enumerable.Range(0, count).Select(_ => new SoundEvent(
            random.Next(frames), random.Next(layout.Channels), (float)(PostAmplitude * (1 - eventsPerSegment * random.NextDouble() / cells))));
        return SparseCode.FromEvents(layout, model, length, events.ToList());
    }

    /// <summary>Events drawn from those of <paramref name="code"/>, with their channels, amplitudes and contexts, at other times.</summary>
    /// <param name="code">A recording's code.</param>
    /// <param name="seconds">Length of the new one; as many events a second as the recording has.</param>
    /// <param name="seed">The same seed gives the same code.</param>
    /// <exception cref="CodeEditException">The code has no events.</exception>
    public static SparseCode Like(SparseCode code, double seconds, int seed = 0)
    {
        if (code.Events.IsEmpty) throw new CodeEditException("The code is silent: there are no events to draw from.");
        var random = new Random(seed);
        var length = LengthOf(code.Layout, seconds);
        var frames = (int)code.Layout.FramesOf(length);
        var count = (int)Math.Round((double)code.Events.Length * length / code.Length);
        var events = Enumerable.Range(0, count).Select(_ => code.Events[random.Next(code.Events.Length)] with { Frame = random.Next(frames) });
        return code.With(events.ToList(), length);
    }

    private static long LengthOf(CodeLayout layout, double seconds) =>
        seconds is > 0 and <= 36_000
            ? (long)Math.Ceiling(seconds * layout.SampleRate)
            : throw new CodeEditException($"A code of {seconds} s cannot be generated; give more than 0 and at most 36000 seconds.");
}
