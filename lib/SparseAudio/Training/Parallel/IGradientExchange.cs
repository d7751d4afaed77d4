namespace SparseAudio.Training.Parallel;

/// <summary>
/// What the processes that train one model together tell each other. All of them call the same members in the same order; each call waits
/// for the others.
/// </summary>
public interface IGradientExchange : IDisposable
{
    /// <summary>Which of the processes this is, from 0. Process 0 writes the log and the checkpoints.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Count { get; }

    /// <summary>Which of the processes of this machine this is, from 0: it takes the GPU of that number.</summary>
    int LocalRank { get; }

    /// <summary>Replaces numbers by their sums over all processes.</summary>
    /// <exception cref="TrainingException">Another process cannot be reached any more.</exception>
    void Sum(Span<float> numbers);

    /// <summary>The same in double precision.</summary>
    /// <exception cref="TrainingException">Another process cannot be reached any more.</exception>
    void Sum(Span<double> numbers);

    /// <summary>Replaces bytes by those of process 0.</summary>
    /// <exception cref="TrainingException">Another process cannot be reached any more.</exception>
    void Share(Span<byte> bytes);

    /// <summary>Brings a text of every process to process 0.</summary>
    /// <returns>The texts in the order of the processes; on others than process 0 none.</returns>
    /// <exception cref="TrainingException">A process did not answer in time; the message names it.</exception>
    IReadOnlyList<string> Gather(string text);

    /// <summary>Ends all processes at once, after an error that only this one knows of.</summary>
    void Abort();
}

/// <summary>A single process, which has nobody to tell anything.</summary>
public sealed class SingleProcess : IGradientExchange
{
    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public int LocalRank => 0;

    /// <inheritdoc/>
    public void Sum(Span<float> numbers)
    {
    }

    /// <inheritdoc/>
    public void Sum(Span<double> numbers)
    {
    }

    /// <inheritdoc/>
    public void Share(Span<byte> bytes)
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Gather(string text) => [text];

    /// <inheritdoc/>
    public void Abort()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
