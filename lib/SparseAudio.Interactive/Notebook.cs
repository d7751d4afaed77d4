using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET.Interactive;
using SparseAudio.Audio;
using SparseAudio.Interactive.Formatting;
using SparseAudio.Interactive.Players;
using SparseAudio.IO.SafeTensors;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Workbook;
using SparseAudio.Training;

namespace SparseAudio.Interactive;

/// <summary>Prepares the kernel of a notebook.</summary>
public static class Notebook
{
    /// <summary>
    /// Makes sounds, charts and tables show as such. The first use of this assembly does so too; this call is for a first cell,
    /// since a notebook may show an <see cref="AudioClip"/> before it uses anything else of this assembly.
    /// </summary>
    public static void SetUp() => RuntimeHelpers.RunModuleConstructor(typeof(Notebook).Module.ModuleHandle);

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A notebook loads this assembly into a kernel that it does not start.")]
    internal static void Initialize()
    {
        AssemblyLoadContext.Default.Resolving += ResolveFSharpCore;
        Show<INotebookOutput>(output => output.ToHtml());
        Show<AudioClip>(clip => new AudioPlayer(clip).ToHtml(), clip => new AudioPlayer(clip).ToString());
        IKernelExtension charts = new FormatterKernelExtension();
        charts.OnLoadAsync(null).GetAwaiter().GetResult();
    }

    private static void Show<T>(Func<T, string> html, Func<T, string>? text = null)
    {
        Formatter.Register(html, "text/html");
        Formatter.Register(text ?? (value => value!.ToString()!), "text/plain");
        Formatter.SetPreferredMimeTypesFor(typeof(T), "text/html", "text/plain");
    }

    // Plotly.NET 6 asks for FSharp.Core 10.1, and the last .NET Interactive has 10.0 loaded, which has all that Plotly.NET uses.
    private static Assembly? ResolveFSharpCore(AssemblyLoadContext context, AssemblyName name) =>
        name is { Name: "FSharp.Core", Version: not null } ? context.LoadFromAssemblyName(new AssemblyName("FSharp.Core")) : null;
}

/// <summary>The model that the notebooks look at.</summary>
public static class NotebookModel
{
    /// <summary>
    /// The trained model that ships in the data folder; where none does, the workbook's preset untrained, in the rooms of the
    /// data folder. It is in evaluation mode.
    /// </summary>
    /// <param name="dataFolder">The folder, with the model in <c>workbook.safetensors</c> and the rooms in <c>ir</c>.</param>
    /// <param name="seed">Of the untrained model.</param>
    /// <exception cref="SafeTensorsException">The file that ships is damaged.</exception>
    /// <exception cref="Audio.AudioFileException">There are no rooms in the folder.</exception>
    public static SparseAudioModel Open(string dataFolder, long seed = 0)
    {
        var shipped = Path.Combine(dataFolder, "workbook.safetensors");
        var model = File.Exists(shipped) ? ModelFile.Load(shipped) : Untrained(dataFolder, seed);
        model.eval();
        return model;
    }

    private static SparseAudioModel Untrained(string dataFolder, long seed)
    {
        var rooms = RoomResponses.Find(Path.Combine(dataFolder, "ir"));
        var model = ModelPreset.Build(new WorkbookConfig() with { Rooms = rooms.Count }, seed);
        using var responses = RoomResponses.Read(rooms, model.Config);
        model.SetReverbResponses(responses);
        return model;
    }
}
