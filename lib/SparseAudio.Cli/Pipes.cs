using SparseAudio.IO;

namespace SparseAudio.Cli;

/// <summary>Stdin and stdout, named <c>-</c> on the command line, for work that needs the name of a file.</summary>
internal static class Pipes
{
    /// <summary>The name of stdin and stdout.</summary>
    public const string Name = "-";

    /// <summary>Calls <paramref name="read"/> with <paramref name="path"/>, or for stdin with the name of a temporary copy of it.</summary>
    public static T Read<T>(string path, Func<string, T> read) => path == Name ? WithTempFile(copy =>
    {
        using (var stdin = OpenInput())
        using (var file = File.Create(copy))
            stdin.CopyTo(file);

        return read(copy);
    }) : read(path);

    /// <summary>
    /// Calls <paramref name="write"/> with <paramref name="path"/>, or for stdout with the name of a temporary file, and copies that.
    /// </summary>
    public static T Write<T>(string path, Func<string, T> write) => path == Name ? WithTempFile(copy =>
    {
        var result = write(copy);
        using var stdout = Console.OpenStandardOutput();
        using var file = File.OpenRead(copy);
        file.CopyTo(stdout);
        return result;
    }) : write(path);

    /// <summary>Stdin, which waits no longer than until the command is interrupted.</summary>
    public static Stream OpenInput() => new InterruptibleStream(Console.OpenStandardInput(), Interruption.OfThisProcess);

    private static T WithTempFile<T>(Func<string, T> work)
    {
        using var folder = new TemporaryFolder();
        return work(folder.File("pipe"));
    }
}

/// <summary>
/// A stream whose reads end when a token is cancelled. The system's read itself cannot be ended: it goes on in a thread of its own, which
/// does not keep the process alive.
/// </summary>
internal sealed class InterruptibleStream(Stream stream, CancellationToken cancellation) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        cancellation.ThrowIfCancellationRequested();
        var own = new byte[count];
        var reading = Task.Run(() => stream.Read(own, 0, count));
        reading.Wait(cancellation);
        own.AsSpan(0, reading.Result).CopyTo(buffer.AsSpan(offset));
        return reading.Result;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
