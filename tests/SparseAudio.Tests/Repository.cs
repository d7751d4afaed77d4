namespace SparseAudio.Tests;

/// <summary>Where the repository is: the folder above the tests that holds the solution.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A path below the repository's root.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string Find(string? folder)
    {
        for (; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "SparseAudio.sln"))) return folder;
        }

        throw new DirectoryNotFoundException($"No SparseAudio.sln above {AppContext.BaseDirectory}: run the tests from within the repository.");
    }
}
