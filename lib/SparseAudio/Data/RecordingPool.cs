using SparseAudio.Audio;

namespace SparseAudio.Data;

/// <summary>A few open recordings, so that a file is not opened anew for every segment.</summary>
internal sealed class RecordingPool(int sampleRate) : IDisposable
{
    private const int MaxIdle = 16;
    private readonly LinkedList<Recording> _idle = [];
    private bool _disposed;

    /// <summary>Lends an open recording to the caller alone; it goes back only if nothing went wrong.</summary>
    /// <exception cref="AudioFileException">The file cannot be read.</exception>
    public void Read(string path, long start, Span<float> destination)
    {
        var recording = Take(path) ?? Recording.Open(path, sampleRate);
        try
        {
            if (start > recording.Length - destination.Length)
                throw new AudioFileException(path, "shorter than when the folder was opened", remedy: "open the folder again");

            recording.Read(start, destination);
        }
        catch
        {
            recording.Dispose();
            throw;
        }

        Return(recording);
    }

    public void Dispose()
    {
        lock (_idle)
        {
            _disposed = true;
            foreach (var recording in _idle)
                recording.Dispose();

            _idle.Clear();
        }
    }

    private Recording? Take(string path)
    {
        lock (_idle)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var recording = _idle.FirstOrDefault(idle => idle.Path == path);
            if (recording is not null)
                _idle.Remove(recording);

            return recording;
        }
    }

    private void Return(Recording recording)
    {
        lock (_idle)
        {
            if (_disposed)
            {
                recording.Dispose();
                return;
            }

            _idle.AddFirst(recording);
            if (_idle.Count > MaxIdle)
            {
                _idle.Last!.Value.Dispose();
                _idle.RemoveLast();
            }
        }
    }
}
