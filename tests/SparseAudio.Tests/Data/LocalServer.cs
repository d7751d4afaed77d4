using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparseAudio.Tests.Data;

/// <summary>
/// An HTTP server on this machine that offers one file and answers each request as the test says: byte for byte, so it
/// can lie, cut and stall.
/// </summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Queue<Func<Request, NetworkStream, Task>> _answers = new();
    private readonly Func<Request, NetworkStream, Task> _otherwise;

    public LocalServer(Func<Request, NetworkStream, Task> otherwise)
    {
        _otherwise = otherwise;
        _listener.Start();
        _ = ServeAsync();
    }

    internal sealed record Request(string Path, long? From, string? IfRange);

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/musicnet.tar.gz");

    public List<Request> Requests { get; } = [];

    /// <summary>What the next request gets; later ones get the answers queued after it, then the ordinary one.</summary>
    public LocalServer Then(Func<Request, NetworkStream, Task> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    /// <summary>The whole file or the rest asked for, as a good server sends it.</summary>
    public static Func<Request, NetworkStream, Task> File(byte[] content, string tag = "\"v1\"") => async (request, stream) =>
    {
        var from = request.From is { } start && (request.IfRange is null || request.IfRange == tag) ? start : 0;
        var head = from > 0
            ? $"206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}"
            : "200 OK";
        await Head(stream, $"{head}\r\nETag: {tag}\r\nContent-Length: {content.Length - from}");
        await stream.WriteAsync(content.AsMemory((int)from));
    };

    /// <summary>As <see cref="File"/>, but the connection ends after some bytes of the body.</summary>
    public static Func<Request, NetworkStream, Task> Cut(byte[] content, int after) => async (request, stream) =>
    {
        var from = (int)(request.From ?? 0);
        var head = from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}" : "200 OK";
        await Head(stream, $"{head}\r\nETag: \"v1\"\r\nContent-Length: {content.Length - from}");
        await stream.WriteAsync(content.AsMemory(from, Math.Min(after, content.Length - from)));
    };

    /// <summary>A status line with headers and nothing else.</summary>
    public static Func<Request, NetworkStream, Task> Status(string head) => (_, stream) => Head(stream, head + "\r\nContent-Length: 0");

    public static async Task Head(NetworkStream stream, string head) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"));

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var request = await ReadRequestAsync(stream);
                Requests.Add(request);
                await (_answers.TryDequeue(out var answer) ? answer : _otherwise)(request, stream);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                if (!_listener.Server.IsBound)
                    return;
            }
        }
    }

    private static async Task<Request> ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var path = (await reader.ReadLineAsync())!.Split(' ')[1];
        var (from, ifRange) = ((long?)null, (string?)null);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            from = name == "Range" ? long.Parse(value["bytes=".Length..].TrimEnd('-')) : from;
            ifRange = name == "If-Range" ? value : ifRange;
        }

        return new Request(path, from, ifRange);
    }
}
