using SparseAudio.Codec;
using SparseAudio.Codec.Editing;

namespace SparseAudio.Tests.Codec;

/// <summary>Codes made by seed, for tests that need some.</summary>
internal static class SampleCodes
{
    public static CodeLayout Layout { get; } = new();

    /// <summary>Cells drawn uniformly over the whole grid, the worst case for any coder: 64 a segment by default.</summary>
    public static SparseCode Uniform(int seed, int segments = 1, int eventsPerSegment = 64, int details = 0)
    {
        var random = new Random(seed);
        var events = new List<SoundEvent>();
        for (var segment = 0; segment < segments; segment++)
        {
            var cells = new HashSet<(int, int)>();
            while (cells.Count < eventsPerSegment) cells.Add((random.Next(Layout.SegmentFrames), random.Next(Layout.Channels)));
            foreach (var (frame, channel) in cells)
            {
                events.Add(new SoundEvent(segment * Layout.SegmentFrames + frame, channel, 0.1f + 3 * random.NextSingle())
                {
                    Details = [.. Enumerable.Range(0, details).Select(_ => 2 * random.NextSingle() - 1)],
                });
            }
        }

        return SparseCode.FromEvents(
            Layout, "test-model", (long)segments * Layout.SegmentSamples, events, e => 0.1f + e.Frame / Layout.SegmentFrames % 5);
    }

    /// <summary>As of a model whose encoder gives each segment a few numbers.</summary>
    public static SparseCode WithNumbers(int seed, int segments)
    {
        var random = new Random(seed);
        var code = Uniform(seed, segments, details: 4);
        var contexts = code.Contexts.Select(c => new SoundContext([.. Enumerable.Range(0, 16).Select(_ => random.NextSingle())], c.Level));
        return new SparseCode(code.Layout, code.Model, code.Length, code.Events, [.. contexts]);
    }

    /// <summary>A code with everything that edits can leave behind: gains, foreign contexts, negative amplitudes, doubled cells.</summary>
    public static SparseCode Edited(int seed)
    {
        var code = Uniform(seed, segments: 3, eventsPerSegment: 20);
        code = code.Gain(EventQuery.Time(0, 1), -7.3).Merge(Uniform(seed + 1), 0.7).Merge(code);
        return code.With([.. code.Events, code.Events[5] with { Amplitude = -0.25f }, code.Events[7] with { Amplitude = 0 }]);
    }
}
