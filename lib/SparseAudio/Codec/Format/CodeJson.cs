using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Codec.Format;

/// <summary>
/// Codes as JSON, exact, for other programs and for editing by hand. An event may be given by <c>frame</c> or by <c>time</c>
/// in seconds; without <c>contexts</c>, each segment's context is inferred from its events, at the level 1.
/// </summary>
public static class CodeJson
{
    private const string Format = "sparseaudio-events";
    private const int Version = 1;
    private const int FlushBytes = 1 << 16;

    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The code as JSON.</summary>
    public static string Write(SparseCode code)
    {
        using var text = new MemoryStream();
        Write(code, text);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>Writes a code as JSON; where it is read from a file, its events are read several times, and are never all in memory.</summary>
    /// <param name="code">The code.</param>
    /// <param name="output">Receives the text, in UTF-8.</param>
    public static void Write(ICode code, Stream output)
    {
        var inferable = ContextInference.Holds(code) && code.EventsInContext().All(item => item.Context.Level == 1);
        var contexts = new List<SoundContext>();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("version", Version);
        json.WriteString("model", code.Model);
        json.WritePropertyName("layout");
        JsonSerializer.Serialize(json, code.Layout, _options);
        json.WriteNumber("length", code.Length);
        json.WriteStartArray("events");
        foreach (var (item, context) in code.EventsInContext())
        {
            if (item.Context == contexts.Count) contexts.Add(context);
            JsonSerializer.Serialize(json, ItemOf(item, code.Layout, withContext: !inferable), _options);
            if (json.BytesPending > FlushBytes) json.Flush();
        }

        json.WriteEndArray();
        if (!inferable)
        {
            json.WriteStartArray("contexts");
            foreach (var context in contexts) JsonSerializer.Serialize(json, ItemOf(context), _options);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(SparseCode)"/> wrote, or what a person made of it.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="CodeFileException">It is not a code; the message says where.</exception>
    public static SparseCode Read(string json, string name) => Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), name);

    /// <summary>Reads a code as JSON in UTF-8.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="CodeFileException">It is not a code; the message says where.</exception>
    public static SparseCode Read(Stream json, string name)
    {
        try
        {
            var document = JsonSerializer.Deserialize<Document>(json, _options) ?? throw new FormatException("it is empty");
            if (document.Format != Format || document.Version != Version)
                throw new FormatException($"its format is \"{document.Format}\" {document.Version}, expected \"{Format}\" {Version}");
            document.Layout.Validate();
            var events = document.Events.Select((e, i) => EventOf(e, i, document.Layout)).ToList();
            return document.Contexts is null
                ? SparseCode.FromEvents(document.Layout, document.Model, document.Length, events)
                : new SparseCode(document.Layout, document.Model, document.Length, events, [.. document.Contexts.Select(ContextOf)]);
        }
        catch (JsonException exception)
        {
            throw new CodeFileException(name, Said(exception), exception);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new CodeFileException(name, exception.Message.Split(" (Parameter")[0].TrimEnd('.'), exception);
        }
    }

    // Where and what, without the names of .NET types that only a programmer knows.
    private static string Said(JsonException exception)
    {
        var what = exception.Message.Split(" Path:")[0].TrimEnd('.');
        if (what.Contains("could not be mapped", StringComparison.Ordinal)) what = what.Split(" could not be mapped")[0] + " is not known here";
        else if (what.Contains("could not be converted", StringComparison.Ordinal)) what = "the value does not fit";
        else if (what.Contains("including: ", StringComparison.Ordinal)) what = "these are missing: " + what.Split("including: ")[1];
        var place = exception.Path?.TrimStart('$').TrimStart('.');
        return $"line {exception.LineNumber + 1}{(string.IsNullOrEmpty(place) ? "" : $", {place}")}: {what}";
    }

    private static SoundEvent EventOf(Item? item, int index, CodeLayout layout)
    {
        if (item is null) throw new FormatException($"event {index} is null");
        var byTime = item.Time / layout.SecondsPerFrame;
        if (item.Frame is null && byTime is null) throw new FormatException($"event {index} has neither a frame nor a time");
        if (item.Frame is { } frame && byTime is { } given && Math.Abs(given - frame) > 0.5)
            throw new FormatException(
                $"event {index} is at frame {frame}, which is {frame * layout.SecondsPerFrame:F3} s, and at time {item.Time} s; leave one of "
                    + $"them out");
        if (byTime is < 0 or > int.MaxValue) throw new FormatException($"event {index} is at time {item.Time} s");
        return new SoundEvent(item.Frame ?? (int)Math.Round(byTime!.Value), item.Channel, item.Amplitude)
        {
            Gain = item.Gain ?? 1,
            Context = item.Context ?? 0,
            Details = [.. item.Details ?? []],
        };
    }

    private static SoundContext ContextOf(Context? context, int index) =>
        context is null ? throw new FormatException($"context {index} is null")
        : context.Numbers is { } numbers ? new SoundContext([.. numbers], context.Level ?? 1)
        : new SoundContext([.. context.Channels ?? []], [.. context.Amounts ?? []], context.Level ?? 1);

    private static Item ItemOf(SoundEvent item, CodeLayout layout, bool withContext) => new(
        Math.Round(item.Frame * layout.SecondsPerFrame, 6), item.Frame, item.Channel, item.Amplitude, item.Gain == 1 ? null : item.Gain,
        withContext ? item.Context : null, NullIfEmpty(item.Details));

    private static Context ItemOf(SoundContext context) => new(
        context.Level == 1 ? null : context.Level, NullIfEmpty(context.Numbers), NullIfEmpty(context.Channels), NullIfEmpty(context.Amounts));

    private static T[]? NullIfEmpty<T>(ImmutableArray<T> items) => items.IsEmpty ? null : [.. items];

    private sealed record Document(
        string Format, int Version, string Model, CodeLayout Layout, long Length, Item?[] Events, Context?[]? Contexts = null);

    private sealed record Context(float? Level = null, float[]? Numbers = null, int[]? Channels = null, float[]? Amounts = null);

    private sealed record Item(
        double? Time = null, int? Frame = null, int Channel = -1, float Amplitude = 0, float? Gain = null, int? Context = null,
        float[]? Details = null);
}
