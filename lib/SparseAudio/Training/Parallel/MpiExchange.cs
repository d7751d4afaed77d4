using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SparseAudio.Training.Parallel;

/// <summary>The processes that <c>mpirun</c> of Open MPI has started, which are found at run time: nothing of MPI is needed to build.</summary>
public sealed unsafe class MpiExchange : IGradientExchange
{
    // One call carries at most so many numbers: 16 MB.
    private const int Bucket = 1 << 22;
    private readonly TimeSpan _patience;
    private bool _isOver;

    private MpiExchange(TimeSpan patience) => _patience = patience;

    /// <summary>Whether this process is one of several that <c>mpirun</c> has started.</summary>
    public static bool IsLaunched => Variable("OMPI_COMM_WORLD_SIZE") > 1;

    /// <inheritdoc/>
    public int Rank { get; } = Variable("OMPI_COMM_WORLD_RANK");

    /// <inheritdoc/>
    public int Count { get; } = Variable("OMPI_COMM_WORLD_SIZE");

    /// <inheritdoc/>
    public int LocalRank { get; } = Variable("OMPI_COMM_WORLD_LOCAL_RANK");

    /// <summary>Joins the other processes; waits until all are there.</summary>
    /// <param name="patience">How long to wait for one that does not answer.</param>
    /// <param name="missing">
    /// Told, on one process of a machine and from another thread, which processes of it have not come in that time. The wait cannot be ended but
    /// by ending the process.
    /// </param>
    /// <exception cref="TrainingException">Open MPI cannot be found.</exception>
    public static MpiExchange Join(TimeSpan patience, Action<string> missing)
    {
        OpenMpi.Load();
        var exchange = new MpiExchange(patience);
        using (new RollCall(exchange.Rank, exchange.Count, patience, missing)) OpenMpi.Initialise();
        return exchange;
    }

    /// <inheritdoc/>
    public void Sum(Span<float> numbers)
    {
        for (var at = 0; at < numbers.Length; at += Bucket)
        {
            var some = numbers[at..Math.Min(numbers.Length, at + Bucket)];
            fixed (float* first = some) OpenMpi.AllReduceSum((nint)first, some.Length, OpenMpi.Float32);
        }
    }

    /// <inheritdoc/>
    public void Sum(Span<double> numbers)
    {
        fixed (double* first = numbers) OpenMpi.AllReduceSum((nint)first, numbers.Length, OpenMpi.Float64);
    }

    /// <inheritdoc/>
    public void Share(Span<byte> bytes)
    {
        fixed (byte* first = bytes) OpenMpi.Broadcast((nint)first, bytes.Length);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Gather(string text)
    {
        var own = Encoding.UTF8.GetBytes(text);
        if (Rank > 0)
        {
            var length = own.Length;
            OpenMpi.Send((nint)(&length), sizeof(int), to: 0);
            fixed (byte* first = own) OpenMpi.Send((nint)first, own.Length, to: 0);
            return [];
        }

        return [text, .. Enumerable.Range(1, Count - 1).Select(Receive)];
    }

    /// <inheritdoc/>
    public void Abort()
    {
        _isOver = true;
        _ = OpenMpi.Abort(OpenMpi.World, 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        _ = OpenMpi.Finish();
    }

    private string Receive(int from)
    {
        var clock = Stopwatch.StartNew();
        while (!OpenMpi.HasCome(from))
        {
            if (clock.Elapsed > _patience)
                throw new TrainingException($"process {from} of {Count} did not say within {_patience.TotalSeconds:F0} s what it trains on");
            Thread.Sleep(1);
        }

        var length = 0;
        OpenMpi.Receive((nint)(&length), sizeof(int), from);
        var bytes = new byte[length];
        fixed (byte* first = bytes) OpenMpi.Receive((nint)first, length, from);
        return Encoding.UTF8.GetString(bytes);
    }

    private static int Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}

/// <summary>
/// Names the processes of this machine that never join. Open MPI waits for them without end and without a word; here every process leaves
/// a file where it begins, and the lowest of those that wait says whose is missing.
/// </summary>
internal sealed class RollCall : IDisposable
{
    private readonly string _folder;
    private readonly Timer _timer;

    /// <summary>Leaves this process's file.</summary>
    public RollCall(int rank, int count, TimeSpan patience, Action<string> missing)
    {
        var job = Environment.GetEnvironmentVariable("PMIX_NAMESPACE") ?? "job";
        _folder = Path.Combine(Path.GetTempPath(), $"sparseaudio-ranks-{string.Concat(job.Where(char.IsLetterOrDigit))}");
        Directory.CreateDirectory(_folder);
        File.WriteAllText(FileOf(rank), "");
        _timer = new Timer(_ => Call(rank, count, patience, missing), null, patience, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // Another process deletes it at the same time.
        }
    }

    private void Call(int rank, int count, TimeSpan patience, Action<string> missing)
    {
        var there = Enumerable.Range(0, count).Where(one => File.Exists(FileOf(one))).ToList();
        if (there.Count == 0 || there[0] != rank) return;
        var absent = string.Join(", ", Enumerable.Range(0, count).Except(there));
        missing($"process {absent} of {count} has not begun to train within {patience.TotalSeconds:F0} s, seen from {Environment.MachineName}; "
            + "see what it does instead, and start all of them anew");
    }

    private string FileOf(int rank) => Path.Combine(_folder, rank.ToString(CultureInfo.InvariantCulture));
}
