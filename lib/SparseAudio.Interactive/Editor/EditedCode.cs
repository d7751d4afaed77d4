using SparseAudio.Codec;
using SparseAudio.Codec.Format;

namespace SparseAudio.Interactive.Editor;

/// <summary>
/// The way back from an editor into a notebook's kernel, in front ends whose pages can reach it (Jupyter's classic notebook); elsewhere, save the
/// code as a file and read that.
/// </summary>
public static class EditedCode
{
    private static SparseCode? _last;

    /// <summary>The code that an editor handed over last.</summary>
    /// <exception cref="InvalidOperationException">None was handed over.</exception>
    public static SparseCode Last => _last ?? throw new InvalidOperationException(
        "No editor has handed a code over: press 'To the kernel' in one, or save its code and read the file with CodeJson.Read.");

    /// <summary>What an editor's button runs in the kernel.</summary>
    /// <param name="json">The edited code in the library's JSON.</param>
    /// <exception cref="CodeFileException">It is not a code; the message says where.</exception>
    public static void Receive(string json) => _last = CodeJson.Read(json, "the edited code");
}
