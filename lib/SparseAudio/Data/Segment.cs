namespace SparseAudio.Data;

/// <summary>A piece of a recording to train on.</summary>
/// <param name="Samples">Mono samples.</param>
/// <param name="Path">The recording, relative to its folder.</param>
/// <param name="Start">Its first sample in the recording.</param>
public sealed record Segment(float[] Samples, string Path, long Start);
