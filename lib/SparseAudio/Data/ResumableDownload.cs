using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace SparseAudio.Data;

/// <summary>
/// Fetches one large file. What has arrived lies in a <c>.part</c> file, so that a cut connection or a stopped program
/// costs only the rest; the file gets its name when length and checksum are right.
/// </summary>
internal sealed class ResumableDownload(HttpClient http, string path, MusicNetOptions options)
{
    // An attempt that brings less than this counts as failed, or a server that cuts every connection keeps us forever.
    private const int MinProgress = 64 << 10;
    private const int BufferBytes = 1 << 18;

    // The archive is unpacked beside itself; recordings compress by about a half.
    private const double UnpackedPerPacked = 2.2;

    private readonly string _part = path + ".part";
    private readonly string _tagFile = path + ".part.etag";
    private readonly string _url = options.Url.ToString();
    private bool _spaceChecked;

    /// <summary>Downloads what is missing, checks and renames.</summary>
    /// <exception cref="MusicNetException">The server does not have it, it is not what was expected, or the disk is full.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var total = options.Bytes;
        var furthest = PartLength();
        for (var failures = 0; total is null || PartLength() != total;)
        {
            try
            {
                total = await FetchRestAsync(PartLength(), total, cancellation);
            }
            catch (Exception e) when (IsPassing(e) && !cancellation.IsCancellationRequested)
            {
                // What is fetched again after starting over is no progress.
                failures = PartLength() - furthest >= MinProgress ? 1 : failures + 1;
                furthest = Math.Max(furthest, PartLength());
                if (failures >= options.MaxAttempts)
                {
                    throw new MusicNetException(
                        _url, $"the connection failed {failures} times in a row: {e.Message}",
                        $"run the same command later, it continues at byte {PartLength()}", e);
                }

                await Task.Delay(options.RetryDelay * Math.Pow(2, failures - 1), cancellation);
            }
        }

        Verify(_part, options, cancellation, downloaded: true);
        File.Move(_part, path, overwrite: true);
        File.Delete(_tagFile);
    }

    /// <summary>Compares a complete archive with the expected checksum.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="options">The checksum; null checks nothing.</param>
    /// <param name="cancellation">Stops.</param>
    /// <param name="downloaded">Whether this run downloaded the file, which is then deleted if it is wrong; any other file is the user's.</param>
    /// <exception cref="MusicNetException">It is another file.</exception>
    public static void Verify(string file, MusicNetOptions options, CancellationToken cancellation, bool downloaded)
    {
        if (options.Md5 is null)
            return;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using (var content = File.OpenRead(file))
        {
            var meter = new TransferMeter("checking", 0, content.Length, options.Progress);
            var buffer = new byte[BufferBytes];
            for (int got; (got = content.Read(buffer)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, got);
                meter.Add(got);
            }
        }

        var md5 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!md5.Equals(options.Md5, StringComparison.OrdinalIgnoreCase))
        {
            if (!downloaded)
            {
                throw new MusicNetException(
                    file, $"this archive, which was there before, has the MD5 {md5}, not {options.Md5}",
                    "move it away to download the right one, or name its own with --md5");
            }

            File.Delete(file);
            throw new MusicNetException(
                options.Url.ToString(), $"what arrived has the MD5 {md5}, not {options.Md5}; it was deleted",
                "download again, or from another --url");
        }
    }

    private static bool IsPassing(Exception e) =>
        e is HttpRequestException or OperationCanceledException or HttpIOException
            or IOException { InnerException: System.Net.Sockets.SocketException };

    private async Task<long> FetchRestAsync(long have, long? expected, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(options.StallTimeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, options.Url);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            if (File.Exists(_tagFile) && EntityTagHeaderValue.TryParse(File.ReadAllText(_tagFile), out var tag))
                request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }

        using var response = await SendAsync(request, stall.Token);
        var range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                have = 0;
                break;
            case HttpStatusCode.PartialContent when range?.From == have:
                break;
            case HttpStatusCode.RequestedRangeNotSatisfiable when range?.Length == have:
                return have;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                File.Delete(_part);
                throw new HttpRequestException("the server has another part than the one asked for; starting over");
            case HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new HttpRequestException($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
            default:
                throw new MusicNetException(
                    _url, $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}", "check the address or name a mirror with --url");
        }

        var total = range?.Length ?? have + response.Content.Headers.ContentLength
            ?? throw new MusicNetException(_url, "the server does not say how long the file is", "name another mirror with --url");
        if (expected is not null && total != expected)
        {
            throw new MusicNetException(
                _url, $"the server's file has {total} bytes, not {expected}", "name the address of the original archive with --url");
        }

        CheckSpace(total, have);
        await RememberTagAsync(response.Headers.ETag, cancellation);
        await using var file = new FileStream(_part, have == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.Read);
        await using var content = await response.Content.ReadAsStreamAsync(stall.Token);
        await CopyAsync(content, file, new TransferMeter("downloading", have, total, options.Progress), total - have, stall);
        return total;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception e) when (e is UriFormatException or NotSupportedException or InvalidOperationException)
        {
            throw new MusicNetException(
                _url, "the server sends us on to an address that is none of the web's", "check the address or name a mirror with --url", e);
        }
    }

    private async Task CopyAsync(Stream content, FileStream file, TransferMeter meter, long wanted, CancellationTokenSource stall)
    {
        var buffer = new byte[BufferBytes];
        while (wanted > 0)
        {
            stall.CancelAfter(options.StallTimeout);
            var got = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, wanted)), stall.Token);
            if (got == 0)
                throw new HttpRequestException("the connection was cut");

            await file.WriteAsync(buffer.AsMemory(0, got), stall.Token);
            wanted -= got;
            meter.Add(got);
        }
    }

    private void CheckSpace(long total, long have)
    {
        if (_spaceChecked)
            return;

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var needed = total - have + (long)(total * UnpackedPerPacked);
        var free = options.FreeBytes(folder);
        if (free < needed)
        {
            throw new MusicNetException(
                folder, $"{needed / 1e9:F1} GB are needed (archive and unpacked recordings), {free / 1e9:F1} GB are free",
                "choose another folder with --to");
        }

        _spaceChecked = true;
    }

    private async Task RememberTagAsync(EntityTagHeaderValue? tag, CancellationToken cancellation)
    {
        if (tag is { IsWeak: false })
        {
            await File.WriteAllTextAsync(_tagFile, tag.ToString(), cancellation);
        }
        else
        {
            File.Delete(_tagFile);
        }
    }

    private long PartLength() => File.Exists(_part) ? new FileInfo(_part).Length : 0;
}

/// <summary>Measures a transfer and reports a few times a second.</summary>
internal sealed class TransferMeter(string stage, long start, long total, Action<TransferProgress>? report)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private TimeSpan _next = _interval;
    private long _arrived;

    public void Add(long bytes)
    {
        _arrived += bytes;
        var done = start + _arrived;
        if (report is not null && (_time.Elapsed >= _next || done == total))
        {
            _next = _time.Elapsed + _interval;
            report(new TransferProgress(stage, done, total, _arrived / _time.Elapsed.TotalSeconds));
        }
    }
}
