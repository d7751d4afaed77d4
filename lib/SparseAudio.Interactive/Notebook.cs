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
