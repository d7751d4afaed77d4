using SparseAudio.Models.Workbook;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models.Workbook;

/// <summary>An untrained model with pitches: a third of a second is enough for every part, and quick.</summary>
internal static class SmallWorkbook
{
    public static WorkbookConfig Small { get; } = new WorkbookConfig { Samples = 8192, Frames = 32, Events = 12, Partials = 8, EncoderWidth = 16, ResidualFloor = 1e-4 };

    /// <summary>A model whose detector is untrained, so that it finds no notes.</summary>
    public static WorkbookModel Untrained(WorkbookConfig? config = null, long seed = 1)
    {
        var model = new WorkbookModel(config ?? Small, seed);
        model.eval();
        return model;
    }

    /// <summary>Three decaying notes of 440, 660 and 1000 Hz, (1, 1, 8192).</summary>
    public static Tensor Melody()
    {
        var time = arange(8192, device: CPU);
        Tensor Note(double hertz, int start) =>
            (time * (2 * Math.PI * hertz / 22050)).sin() * ((start - time).clamp_max(0) / 2000).exp() * time.ge(start).type_as(time);
        return ((Note(440, 0) + Note(660, 2048) + Note(1000, 4096)) * 0.3).view(1, 1, -1);
    }
}
