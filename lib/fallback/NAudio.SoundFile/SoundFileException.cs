namespace NAudio.SoundFile;

/// <summary>libsndfile reported an error.</summary>
public class SoundFileException : Exception
{
    /// <summary>An error of a named libsndfile function.</summary>
    internal SoundFileException(int errorCode, string function, string message)
        : base($"{function} failed: {message} (libsndfile error {errorCode})")
    {
    }
}
