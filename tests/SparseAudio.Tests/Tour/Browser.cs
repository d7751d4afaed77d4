using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparseAudio.Tests.Tour;

/// <summary>One page in a headless Chromium that reaches this machine alone, or nothing at all, driven by the DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome"];

    // Bounds a hang, not a speed: without a GPU, beside other tests, drawing every chart takes its time.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _profile = new();
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _pending = new();
    private readonly ConcurrentDictionary<string, string> _addresses = new();
    private readonly ConcurrentDictionary<string, string> _served = new();
    private int _number;
    private string? _session;

    private Browser()
    {
        var start = new ProcessStartInfo(Find()) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-extensions", "--mute-audio", "--hide-scrollbars", "--autoplay-policy=no-user-gesture-required",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-port=0", $"--user-data-dir={_profile.Path}",
            "about:blank"])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
    }

    /// <summary>Errors that the page wrote to the console, uncaught ones included.</summary>
    public ConcurrentQueue<string> ConsoleErrors { get; } = new();

    /// <summary>What the page asked the network for; the file itself and data inside it are not the network.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Requests that got no answer, or one that is an error.</summary>
    public ConcurrentQueue<string> FailedRequests { get; } = new();

    /// <summary>Starts a browser.</summary>
    /// <param name="reachesThisMachine">Whether pages may ask servers of this machine; no page may ask any other.</param>
    public static async Task<Browser> StartAsync(bool reachesThisMachine = false)
    {
        var browser = new Browser();
        string? line;
        do
        {
            line = await browser._process.StandardError.ReadLineAsync()
                ?? throw new InvalidOperationException("Chromium ended before it could be driven.");
        }
        while (!line.StartsWith("DevTools listening on ", StringComparison.Ordinal));
        _ = browser._process.StandardError.ReadToEndAsync();
        await browser._socket.ConnectAsync(new Uri(line["DevTools listening on ".Length..]), CancellationToken.None);
        _ = browser.ReceiveAsync();

        var target = await browser.CallAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await browser.CallAsync("Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
        browser._session = (string)attached["sessionId"]!;
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network"])
            await browser.CallAsync(domain + ".enable", []);

        if (!reachesThisMachine)
        {
            await browser.CallAsync("Network.emulateNetworkConditions",
                new() { ["offline"] = true, ["latency"] = 0, ["downloadThroughput"] = 0, ["uploadThroughput"] = 0 });
        }

        return browser;
    }

    /// <summary>Opens a file, or an address of this machine.</summary>
    public async Task OpenAsync(string place)
    {
        var address = new Uri(place);
        await CallAsync("Page.navigate", new() { ["url"] = address.AbsoluteUri });
        await WaitAsync(
            $"document.readyState === 'complete' && location.pathname.endsWith({JsonSerializer.Serialize(Path.GetFileName(address.AbsolutePath))})");
    }

    /// <summary>Answers requests to an address of the network with a script, in the network's place.</summary>
    public async Task ServeAsync(string address, string script)
    {
        _served[address] = Convert.ToBase64String(Encoding.UTF8.GetBytes(script));
        await CallAsync(
            "Fetch.enable", new() { ["patterns"] = new JsonArray([.. _served.Keys.Select(known => new JsonObject { ["urlPattern"] = known })]) });
    }

    /// <summary>The value of a script, which may be a promise.</summary>
    public async Task<JsonNode?> EvaluateAsync(string script)
    {
        var answer = await CallAsync(
            "Runtime.evaluate", new() { ["expression"] = script, ["returnByValue"] = true, ["awaitPromise"] = true, ["userGesture"] = true });
        return answer["exceptionDetails"] is { } error ? throw new InvalidOperationException($"{script}: {error}") : answer["result"]!["value"];
    }

    /// <summary>Waits until a script is true.</summary>
    public async Task WaitAsync(string condition)
    {
        var began = System.Diagnostics.Stopwatch.StartNew();
        while ((bool?)await EvaluateAsync($"Boolean({condition})") != true)
        {
            if (began.Elapsed > _patience)
                throw new TimeoutException($"Still not true after {_patience.TotalMinutes} minutes: {condition}");

            await Task.Delay(100);
        }
    }

    public Task ResizeAsync(int width, int height) =>
        CallAsync("Emulation.setDeviceMetricsOverride",
            new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });

    public Task PreferAsync(string colorScheme) =>
        CallAsync("Emulation.setEmulatedMedia",
            new() { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = colorScheme }) });

    public Task AllowScriptsAsync(bool allowed) => CallAsync("Emulation.setScriptExecutionDisabled", new() { ["value"] = !allowed });

    public async Task ClickAsync(double x, double y)
    {
        foreach (var type in (string[])["mousePressed", "mouseReleased"])
            await CallAsync("Input.dispatchMouseEvent", new() { ["type"] = type, ["x"] = x, ["y"] = y, ["button"] = "left", ["clickCount"] = 1 });
    }

    public async Task PressAsync(string key, string code)
    {
        foreach (var type in (string[])["keyDown", "keyUp"])
            await CallAsync("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = key, ["code"] = code });
    }

    /// <summary>Saves a picture of the first element that a selector finds.</summary>
    public async Task ScreenshotAsync(string selector, string file)
    {
        var box = (await EvaluateAsync($"(() => {{ const box = document.querySelector({JsonSerializer.Serialize(selector)}).getBoundingClientRect(); return [box.x + scrollX, box.y + scrollY, box.width, box.height]; }})()"))!.AsArray();
        var clip = new JsonObject
        {
            ["x"] = box[0]!.DeepClone(),
            ["y"] = box[1]!.DeepClone(),
            ["width"] = box[2]!.DeepClone(),
            ["height"] = box[3]!.DeepClone(),
            ["scale"] = 1
        };
        var answer = await CallAsync("Page.captureScreenshot", new() { ["format"] = "png", ["clip"] = clip, ["captureBeyondViewport"] = true });
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, Convert.FromBase64String((string)answer["data"]!));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _socket.Dispose();
        _process.Dispose();
        _profile.Dispose();
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').SelectMany(folder => _names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("The browser test needs Chromium, and none is on the PATH. Install it: apt-get install chromium");

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        var id = Interlocked.Increment(ref _number);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
            message["sessionId"] = _session;

        var answer = _pending[id] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _socket.SendAsync(
            Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return await answer.Task.WaitAsync(_patience);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[1 << 16];
        while (_socket.State == WebSocketState.Open)
        {
            using var text = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                text.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
                return;

            Receive(JsonNode.Parse(text.ToArray())!);
        }
    }

    private void Receive(JsonNode message)
    {
        if ((int?)message["id"] is { } id && _pending.TryRemove(id, out var waiting))
        {
            if (message["error"] is { } error)
            {
                waiting.SetException(new InvalidOperationException(error.ToJsonString()));
            }
            else
            {
                waiting.SetResult(message["result"]!);
            }

            return;
        }

        var parameters = message["params"];
        switch ((string?)message["method"])
        {
            case "Runtime.exceptionThrown":
                ConsoleErrors.Enqueue(parameters!.ToJsonString());
                break;
            case "Runtime.consoleAPICalled" when (string?)parameters!["type"] is "error" or "assert":
                ConsoleErrors.Enqueue(parameters["args"]!.ToJsonString());
                break;
            case "Log.entryAdded" when (string?)parameters!["entry"]!["level"] == "error":
                ConsoleErrors.Enqueue(parameters["entry"]!.ToJsonString());
                break;
            case "Network.requestWillBeSent" when ((string)parameters!["request"]!["url"]!).StartsWith("http", StringComparison.Ordinal):
                var address = (string)parameters["request"]!["url"]!;
                _addresses[(string)parameters["requestId"]!] = address;
                Requests.Enqueue(address);
                break;
            case "Network.responseReceived" when (int)parameters!["response"]!["status"]! >= 400:
                FailedRequests.Enqueue($"{parameters["response"]!["url"]}: {parameters["response"]!["status"]}");
                break;
            case "Network.loadingFailed" when (bool?)parameters!["canceled"] != true
                && _addresses.TryGetValue((string)parameters["requestId"]!, out var failed):
                FailedRequests.Enqueue($"{failed}: {parameters["errorText"]}");
                break;
            case "Fetch.requestPaused":
                _ = AnswerAsync((string)parameters!["requestId"]!, _served[(string)parameters["request"]!["url"]!]);
                break;
        }
    }

    private Task<JsonNode> AnswerAsync(string request, string body)
    {
        var headers = new JsonArray(Header("content-type", "text/javascript"), Header("access-control-allow-origin", "*"));
        return CallAsync(
            "Fetch.fulfillRequest", new() { ["requestId"] = request, ["responseCode"] = 200, ["responseHeaders"] = headers, ["body"] = body });
    }

    private static JsonObject Header(string name, string value) => new() { ["name"] = name, ["value"] = value };
}
