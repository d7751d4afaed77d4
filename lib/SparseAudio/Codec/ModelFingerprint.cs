using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>A short name that tells models apart: codes carry it, since only the model that made a code can decode it.</summary>
public static class ModelFingerprint
{
    private const int HexDigits = 16;

    /// <summary>The preset's name and a hash of the configuration and of every weight: <c>published-0123456789abcdef</c>.</summary>
    public static string Of(SparseAudioModel model)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(model.Config.ToJson()));
        foreach (var (name, tensor) in model.state_dict().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            var numbers = tensor.@float().cpu().flatten().data<float>().ToArray();
            hash.AppendData(MemoryMarshal.AsBytes(numbers.AsSpan()));
        }

        return $"{model.Config.Name}-{Convert.ToHexStringLower(hash.GetHashAndReset())[..HexDigits]}";
    }
}

/// <summary>A code was made by another model than the one that is to decode it.</summary>
/// <param name="codeModel">The fingerprint of the model that made the code.</param>
/// <param name="model">The fingerprint of the model that was to decode it.</param>
public sealed class ModelMismatchException(string codeModel, string model) : Exception(Text(codeModel, model))
{
    // The model that shipped when an event was a partial of a note.
    private const string OfPartials = "workbook-fa467b4dd51437ce";

    private static string Text(string codeModel, string model) => codeModel == model
        ? $"The code names the model {model}, but its grid or the numbers of its events are not that model's; it was damaged or written by hand."
        : $"The code was made by the model {codeModel}, not by {model}; decode it with the model that encoded it"
            + (codeModel == OfPartials ? ", which shipped with this program until its commit 704e827 and is read by that version." : ".");
}
