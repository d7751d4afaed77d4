namespace SparseAudio.Data;

/// <summary>How far a long transfer is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all.</param>
/// <param name="BytesPerSecond">Speed of this run.</param>
public sealed record TransferProgress(string Stage, long Done, long Total, double BytesPerSecond)
{
    /// <summary>Share done, 0 to 1.</summary>
    public double Fraction => Total == 0 ? 1 : (double)Done / Total;

    /// <summary>Time left at this speed; null while the speed is unknown.</summary>
    public TimeSpan? Left => BytesPerSecond > 0 ? TimeSpan.FromSeconds((Total - Done) / BytesPerSecond) : null;
}

/// <summary>Where MusicNet comes from and how patient the download is.</summary>
public sealed record MusicNetOptions
{
    /// <summary>The archive on Zenodo (record 5120004).</summary>
    public const string ZenodoUrl = "https://zenodo.org/records/5120004/files/musicnet.tar.gz";

    /// <summary>The archive's MD5, as Zenodo publishes it.</summary>
    public const string ZenodoMd5 = "844764911fa0d5b97c97da944a057590";

    /// <summary>The archive's address; a mirror's, if it has the same file.</summary>
    public Uri Url { get; init; } = new(ZenodoUrl);

    /// <summary>The archive's MD5 in hex; null if it is not to be checked.</summary>
    public string? Md5 { get; init; } = ZenodoMd5;

    /// <summary>The archive's length; null if whatever the server says is right.</summary>
    public long? Bytes { get; init; } = 11_097_394_998;

    /// <summary>Whether the archive stays beside the unpacked recordings.</summary>
    public bool KeepArchive { get; init; }

    /// <summary>Told how far it is, a few times a second.</summary>
    public Action<TransferProgress>? Progress { get; init; }

    /// <summary>Attempts in a row that may bring (almost) nothing.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>Pause after the first failed attempt; it doubles with every further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may say nothing before the connection counts as lost.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Free bytes on the disk of a folder.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;
}
