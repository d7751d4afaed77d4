using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;

namespace SparseAudio.Tests.Codec;

/// <summary>Untrained models of both kinds that are small enough for tests: 0.37 s segments, 256 channels.</summary>
internal static class SmallModels
{
    public static PublishedConfig PublishedConfig { get; } = new PublishedConfig
    {
        Samples = 8192,
        Frames = 32,
        Events = 16,
        Channels = 256,
        Window = 256,
        EncoderDepth = 3,
        EmbeddingSize = 32,
        ImpulseSamples = 1024,
        ImpulseChannels = 16,
        NoiseFrames = 64,
        AtomsPerWaveform = 41,
        FilterChannels = 16,
        Rooms = 2,
    };

    public static WorkbookConfig WorkbookConfig { get; } = new WorkbookConfig
    {
        Samples = 8192,
        Frames = 32,
        Events = 16,
        Channels = 512,
        EncoderDepth = 3,
        EncoderWidth = 32,
        EmbeddingSize = 16,
        ContextSize = 8,
        Rooms = 2,
        ResidualFloor = 1e-4,
    };

    public static PublishedModel Published() => new(PublishedConfig, seed: 1);

    public static WorkbookModel Workbook() => new(WorkbookConfig, seed: 1);

    /// <summary>The sum of a few decaying tones that begin at different times.</summary>
    public static float[] Music(int samples, int seed = 1)
    {
        var random = new Random(seed);
        var sound = new float[samples];
        for (var start = 0; start < samples; start += 2500)
        {
            var hz = 100 * Math.Pow(2, 3 * random.NextDouble());
            for (var n = start; n < samples; n++) sound[n] += (float)(
                0.3 * Math.Exp(-(n - start) / 4000.0) * Math.Sin(2 * Math.PI * hz * (n - start) / 22050));
        }

        return sound;
    }
}
