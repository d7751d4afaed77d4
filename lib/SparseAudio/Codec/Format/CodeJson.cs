using System.Collections.Immutable;
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
        var inferable = code.HasInferableContexts && code.Contexts.All(c => c.Level == 1);
        var events = code.Events.Select(e => new Item(
            Math.Round(code.SecondsOf(e), 6), e.Frame, e.Channel, e.Amplitude, e.Gain == 1 ? null : e.Gain, inferable ? null : e.Context,
            NullIfEmpty(e.Details)));
        var contexts = inferable
            ? null
            : code.Contexts.Select(c => new Context(c.Level == 1 ? null : c.Level, NullIfEmpty(c.Numbers), NullIfEmpty(c.Channels),
                NullIfEmpty(c.Amounts))).ToArray();
        return JsonSerializer.Serialize(new Document(Format, Version, code.Model, code.Layout, code.Length, [.. events], contexts), _options);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, or what a person made of it; <paramref name="name"/> is what errors call it.</summary>
    /// <exception cref="CodeFileException">It is not a code; the message says where.</exception>
    public static SparseCode Read(string json, string name)
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

    private static T[]? NullIfEmpty<T>(ImmutableArray<T> items) => items.IsEmpty ? null : [.. items];

    private sealed record Document(
        string Format, int Version, string Model, CodeLayout Layout, long Length, Item?[] Events, Context?[]? Contexts = null);

    private sealed record Context(float? Level = null, float[]? Numbers = null, int[]? Channels = null, float[]? Amounts = null);

    private sealed record Item(
        double? Time = null, int? Frame = null, int Channel = -1, float Amplitude = 0, float? Gain = null, int? Context = null,
        float[]? Details = null);
}
