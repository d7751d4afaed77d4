namespace SparseAudio.Models;

/// <summary>The activation that all layers share.</summary>
internal static class Leak
{
    /// <summary>Slope of the leaky rectifier below zero.</summary>
    public const double Slope = 0.2;
}
