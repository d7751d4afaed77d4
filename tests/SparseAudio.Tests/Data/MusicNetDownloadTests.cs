using System.Security.Cryptography;
using SparseAudio.Data;
using Xunit;

namespace SparseAudio.Tests.Data;

public sealed class MusicNetDownloadTests : IDisposable
{
    private static readonly byte[] _archive = TarBytes.MusicNet();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_good_server_s_archive_is_unpacked_and_not_fetched_twice()
    {
        using var server = new LocalServer(LocalServer.File(_archive));
        var progress = new List<TransferProgress>();

        var place = MusicNet.Fetch(_folder.Path, Options(server) with { Progress = progress.Add });
        var again = MusicNet.Fetch(_folder.Path, Options(server));

        Assert.Equal(_folder.File("musicnet"), place);
        Assert.Equal(place, again);
        Assert.Single(server.Requests);
        Assert.Equal(300_000, new FileInfo(_folder.File("musicnet/train_data/1727.wav")).Length);
        Assert.Equal(["musicnet"], Entries());
        Assert.Equal(["downloading", "checking", "unpacking"], progress.Select(report => report.Stage).Distinct());
        Assert.Equal(1, progress.Last(report => report.Stage == "downloading").Fraction);
        Assert.All(progress, report => Assert.True(report.BytesPerSecond > 0 && report.Left >= TimeSpan.Zero));
    }

    [Fact]
    public void An_archive_that_was_there_before_is_never_deleted()
    {
        using var server = new LocalServer(LocalServer.File(_archive));
        _folder.Write("musicnet.tar.gz", [1, 2, 3]);

        var problem = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server)));

        Assert.Contains("was there before", problem.Message);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder.File("musicnet.tar.gz")));
        _folder.Write("musicnet.tar.gz", _archive);
        MusicNet.Fetch(_folder.Path, Options(server));
        Assert.Equal(_archive, File.ReadAllBytes(_folder.File("musicnet.tar.gz")));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_server_that_cuts_and_then_refuses_the_rest_is_not_tried_for_ever()
    {
        using var server = new LocalServer((request, stream) => request.From is null
            ? LocalServer.Cut(_archive, 100_000)(request, stream)
            : LocalServer.Status("416 Range Not Satisfiable")(request, stream));

        var problem = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server)));

        Assert.Contains("times in a row", problem.Message);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    [InlineData("::")]
    public void A_server_that_sends_on_to_no_web_address_is_one_line(string address)
    {
        using var server = new LocalServer(LocalServer.Status($"302 Found\r\nLocation: {address}"));

        var problem = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server)));

        Assert.Contains(server.Url.ToString(), problem.Message);
        Assert.Contains("--url", problem.Message);
    }

    [Fact]
    public void A_cut_connection_is_resumed_where_it_was()
    {
        using var server = new LocalServer(LocalServer.File(_archive))
            .Then(LocalServer.Cut(_archive, 100_000)).Then(LocalServer.Cut(_archive, 100_000));

        MusicNet.Fetch(_folder.Path, Options(server));

        Assert.Equal([null, 100_000L, 200_000L], server.Requests.Select(request => request.From));
        Assert.Equal("\"v1\"", server.Requests[1].IfRange);
    }

    [Fact]
    public void The_next_run_goes_on_with_the_part_of_the_last_one()
    {
        using (var server = new LocalServer(LocalServer.Status("503 Busy")).Then(LocalServer.Cut(_archive, 100_000)))
        {
            var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server)));
            Assert.Contains("503 Busy", error.Message);
            Assert.Contains("continues at byte 100000", error.Message);
        }

        Assert.Equal(["musicnet.tar.gz.part", "musicnet.tar.gz.part.etag"], Entries());
        using var other = new LocalServer(LocalServer.File(_archive));

        MusicNet.Fetch(_folder.Path, Options(other));

        Assert.Equal(100_000, Assert.Single(other.Requests).From);
        Assert.Equal(["musicnet"], Entries());
    }

    [Fact]
    public void A_file_that_changed_on_the_server_is_fetched_from_the_start()
    {
        var older = TarBytes.MusicNet(299_000);
        using var server = new LocalServer(LocalServer.File(_archive, "\"v2\"")).Then(LocalServer.Cut(older, 100_000));

        MusicNet.Fetch(_folder.Path, Options(server) with { Bytes = null });

        Assert.Equal([null, 100_000L], server.Requests.Select(request => request.From));
    }

    [Fact]
    public void A_server_without_ranges_sends_everything_again()
    {
        using var server = new LocalServer((request, stream) => LocalServer.File(_archive)(request with { From = null }, stream))
            .Then(LocalServer.Cut(_archive, 100_000));

        MusicNet.Fetch(_folder.Path, Options(server));

        Assert.Equal(["musicnet"], Entries());
    }

    [Fact]
    public void A_range_not_satisfiable_starts_over_unless_everything_is_there()
    {
        _folder.Write("musicnet.tar.gz.part", _archive);
        using var complete = new LocalServer(LocalServer.Status($"416 No\r\nContent-Range: bytes */{_archive.Length}"));
        MusicNet.Fetch(_folder.Path, Options(complete) with { Bytes = null, KeepArchive = true });
        Assert.Equal(["musicnet", "musicnet.tar.gz"], Entries());

        Directory.Delete(_folder.File("musicnet"), recursive: true);
        File.Delete(_folder.File("musicnet.tar.gz"));
        _folder.Write("musicnet.tar.gz.part", [1, 2, 3]);
        using var refusing = new LocalServer(LocalServer.File(_archive)).Then(LocalServer.Status("416 No"));
        MusicNet.Fetch(_folder.Path, Options(refusing));
        Assert.Equal([3L, null], refusing.Requests.Select(request => request.From));
    }

    [Fact]
    public void Another_part_than_asked_for_is_not_believed()
    {
        using var server = new LocalServer(LocalServer.File(_archive))
            .Then(LocalServer.Cut(_archive, 100_000))
            .Then(LocalServer.Status($"206 Partial Content\r\nContent-Range: bytes 0-9/{_archive.Length}"));

        MusicNet.Fetch(_folder.Path, Options(server));

        Assert.Equal([null, 100_000L, null], server.Requests.Select(request => request.From));
    }

    [Fact]
    public void Redirects_are_followed()
    {
        using var server = new LocalServer(LocalServer.File(_archive)).Then(LocalServer.Status("302 Found\r\nLocation: /elsewhere"));

        MusicNet.Fetch(_folder.Path, Options(server));

        Assert.Equal(["/musicnet.tar.gz", "/elsewhere"], server.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData("404 Not Found", "404 Not Found")]
    [InlineData("403 Forbidden", "403 Forbidden")]
    public void A_refusal_is_final_and_names_the_way_out(string status, string expected)
    {
        using var server = new LocalServer(LocalServer.Status(status));

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server)));

        Assert.Contains(expected, error.Message);
        Assert.Contains("--url", error.Message);
        Assert.Single(server.Requests);
        Assert.Empty(Entries());
    }

    [Fact]
    public void A_wrong_length_is_refused_before_anything_is_written()
    {
        using var server = new LocalServer(LocalServer.File(_archive));

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server) with { Bytes = 5 }));

        Assert.Contains($"{_archive.Length} bytes, not 5", error.Message);
        Assert.Empty(Entries());
    }

    [Fact]
    public void Wrong_bytes_are_noticed_by_the_checksum_and_deleted()
    {
        var wrong = (byte[])_archive.Clone();
        wrong[1000] ^= 1;
        using var server = new LocalServer(LocalServer.File(wrong));

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server)));

        Assert.Contains("MD5", error.Message);
        Assert.DoesNotContain(Entries(), name => name is "musicnet" or "musicnet.tar.gz" or "musicnet.tar.gz.part");
    }

    [Fact]
    public void A_silent_server_is_given_up()
    {
        using var server = new LocalServer(async (_, stream) =>
        {
            await LocalServer.Head(stream, $"200 OK\r\nContent-Length: {_archive.Length}");
            await Task.Delay(TimeSpan.FromSeconds(2));
        });

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(
            _folder.Path, Options(server) with { StallTimeout = TimeSpan.FromMilliseconds(100), MaxAttempts = 2 }));

        Assert.Contains("2 times in a row", error.Message);
    }

    [Fact]
    public void A_full_disk_is_noticed_first()
    {
        using var server = new LocalServer(LocalServer.File(_archive));

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, Options(server) with { FreeBytes = _ => 1000 }));

        Assert.Contains("GB are free", error.Message);
        Assert.Empty(Entries());
    }

    [Fact]
    public void Nobody_listening_is_one_line()
    {
        var options = new MusicNetOptions { Url = new Uri("http://127.0.0.1:1/x"), MaxAttempts = 2, RetryDelay = TimeSpan.Zero };

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path, options));

        Assert.Contains("failed 2 times in a row", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static MusicNetOptions Options(LocalServer server) => new()
    {
        Url = server.Url,
        Bytes = _archive.Length,
        Md5 = Convert.ToHexString(MD5.HashData(_archive)),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxAttempts = 3,
    };

    private IEnumerable<string?> Entries() => Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
