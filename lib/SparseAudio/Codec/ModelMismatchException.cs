using SparseAudio.Models.Published;

namespace SparseAudio.Codec;

/// <summary>A code was made by another model than the one that is to decode it.</summary>
public sealed class ModelMismatchException(string codeModel, string model)
    : Exception($"The code was made by the model {codeModel}, not by {model}; decode it with the model that encoded it.")
{
    /// <summary>Fingerprint of the model that made the code.</summary>
    public string CodeModel { get; } = codeModel;

    /// <summary>Fingerprint of the model at hand.</summary>
    public string Model { get; } = model;
}
