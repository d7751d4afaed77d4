namespace SparseAudio.Data;

/// <summary>How a folder of recordings is cut into segments.</summary>
public sealed record SegmentOptions
{
    /// <summary>Samples a second of the segments; recordings at other rates are converted.</summary>
    public int SampleRate { get; init; } = Audio.Recording.DefaultSampleRate;

    /// <summary>Whether every segment is divided by the magnitude of its highest sample, as the published model's data were.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>The share of a folder's recordings that may be damaged before opening it fails.</summary>
    public double MaxDamagedShare { get; init; } = 0.25;

    /// <summary>Told how much of the folder has been examined (0 to 1), and which file is next.</summary>
    public Action<double, string>? Progress { get; init; }

    /// <summary>Told once per file, in one line, what went wrong with it after the folder was opened.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Stops the examination of a large folder.</summary>
    public CancellationToken Cancellation { get; init; }
}
