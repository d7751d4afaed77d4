using SparseAudio.Audio;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models;

/// <summary>From clips to tensors and back.</summary>
public static class ClipTensors
{
    /// <summary>The clip as a batch of one.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="device">Where the tensor shall be; null means the CPU.</param>
    /// <returns>(1, 1, samples)</returns>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public static Tensor ToTensor(this AudioClip clip, Device? device = null)
    {
        TorchLibrary.Require();
        return tensor(clip.Samples, [1, 1, clip.Samples.Length], device: CPU).IntoTorchMemory(device ?? CPU);
    }

    /// <summary>The sound in a tensor.</summary>
    /// <param name="sound">(samples), or more dimensions of which all others are 1.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="name">What to call it.</param>
    /// <exception cref="ArgumentException">The tensor holds more than one sound.</exception>
    public static AudioClip ToClip(this Tensor sound, int sampleRate, string name = "")
    {
        sound.RequireReal([TensorGuard.Leading, TensorGuard.Any]);
        if (sound.numel() != sound.shape[^1])
            throw new ArgumentException($"A clip is one sound; a tensor of shape ({string.Join(", ", sound.shape)}) is not.", nameof(sound));

        using var scope = NewDisposeScope();
        return new AudioClip(sound.detach().flatten().to(ScalarType.Float32).cpu().data<float>().ToArray(), sampleRate, name);
    }
}
