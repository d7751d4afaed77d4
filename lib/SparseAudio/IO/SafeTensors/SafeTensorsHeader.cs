using System.Text.Json;
using System.Text.Unicode;

namespace SparseAudio.IO.SafeTensors;

/// <summary>
/// Reads the JSON header of a safetensors file and refuses whatever the format does not allow. Nothing here depends on the bytes of the
/// tensors, so a file is checked as a whole before any memory is taken for them.
/// </summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The format's own limit for the header, in bytes.</summary>
    public const long MaximumBytes = 100_000_000;

    // The text of a header becomes strings and objects of several times its size; these limits keep that below 64 MB.
    private const int MaximumTensors = 65_536;
    private const int MaximumDimensions = 32;
    private const long MaximumTextBytes = 8_000_000;

    // Opened objects and arrays: the header, a tensor, its shape.
    private const int MaximumDepth = 3;

    private readonly Dictionary<string, SafeTensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly string _path;
    private bool _hasMetadata;
    private long _textBytes;

    private SafeTensorsHeader(string path) => _path = path;

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; private set; } = [];

    /// <summary>The header's free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads and checks a header.</summary>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="json">The header's bytes, without the eight that hold its length.</param>
    /// <param name="dataBytes">How many bytes follow the header.</param>
    /// <exception cref="SafeTensorsException">The header breaks a rule of the format.</exception>
    public static SafeTensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataBytes)
    {
        var header = new SafeTensorsHeader(path);
        if (json.IsEmpty || json[0] != (byte)'{') throw header.Refusal("the header does not begin with '{'; this is no safetensors file");
        if (!Utf8.IsValid(json)) throw header.Refusal("the header is not UTF-8");
        try
        {
            header.ReadAll(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new SafeTensorsException(path, $"the header is not valid JSON ({e.Message.Split('\n')[0]})", e);
        }

        header.Order(dataBytes);
        return header;
    }

    private void ReadAll(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadText(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw Refusal($"{Quoted(name)} is not an object");
            if (name == "__metadata__")
            {
                ReadMetadata(ref reader);
                continue;
            }

            if (_entries.Count == MaximumTensors) throw Refusal($"more than {MaximumTensors} tensors");
            if (!_entries.TryAdd(name, ReadTensor(ref reader, name))) throw Refusal($"the name {Quoted(name)} occurs twice");
        }

        // Only padding may follow; the reader throws at anything else.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_hasMetadata) throw Refusal("'__metadata__' occurs twice");
        _hasMetadata = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = ReadText(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw Refusal($"the metadata {Quoted(key)} is not a string");
            if (!_metadata.TryAdd(key, ReadText(ref reader))) throw Refusal($"the metadata {Quoted(key)} occurs twice");
        }
    }

    private SafeTensorsEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        SafeTensorsType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = ReadText(ref reader);
            reader.Read();
            var repeated = field switch
            {
                "dtype" => type is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Refusal($"tensor {Quoted(name)} has an unknown field {Quoted(field)}"),
            };
            if (repeated) throw Refusal($"tensor {Quoted(name)} has two fields {Quoted(field)}");
            if (field == "dtype") type = ReadType(ref reader, name);
            else if (field == "shape") shape = ReadNumbers(ref reader, name, field, MaximumDimensions);
            else offsets = ReadNumbers(ref reader, name, field, 2);
        }

        return type is { } known && shape is not null && offsets is [var begin, var end]
            ? Checked(new SafeTensorsEntry(name, known, shape, begin, end))
            : throw Refusal($"tensor {Quoted(name)} needs dtype, shape and two data_offsets");
    }

    private SafeTensorsType ReadType(ref Utf8JsonReader reader, string name)
    {
        var text = reader.TokenType == JsonTokenType.String ? ReadText(ref reader) : "";
        return SafeTensorsEntry.TypeOf(text) ?? throw Refusal($"tensor {Quoted(name)} has the unknown dtype {Quoted(text)}");
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string field, int most)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Refusal($"the {field} of tensor {Quoted(name)} is not a list");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw Refusal($"the {field} of tensor {Quoted(name)} holds something else than whole numbers from 0");
            if (numbers.Count == most) throw Refusal($"the {field} of tensor {Quoted(name)} has more than {most} numbers");
            numbers.Add(number);
        }

        return numbers;
    }

    private SafeTensorsEntry Checked(SafeTensorsEntry entry)
    {
        if (entry.End < entry.Begin) throw Refusal($"the data_offsets of tensor {Quoted(entry.Name)} are out of order: {entry.Begin} to {entry.End}");
        var bytes = SafeTensorsEntry.CountBytes(entry.Type, entry.Shape) ?? throw Refusal($"the shape of tensor {Quoted(entry.Name)} is too large");
        if (bytes != entry.ByteCount) throw Refusal($"tensor {Quoted(entry.Name)} has {entry.ByteCount} bytes, but its dtype and shape take {bytes}");
        return entry;
    }

    // The header may name the tensors in any order, as old writers do, but their bytes must follow each other without gap or overlap.
    private void Order(long dataBytes)
    {
        Entries = [.. _entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        var position = 0L;
        foreach (var entry in Entries)
        {
            var name = Quoted(entry.Name);
            if (entry.End > dataBytes)
                throw Refusal($"tensor {name} ends at byte {entry.End}, but there are only {dataBytes}; the file is cut short");
            if (entry.Begin < position) throw Refusal($"tensor {name} overlaps the one before it at byte {entry.Begin}");
            if (entry.Begin > position) throw Refusal($"the bytes {position} to {entry.Begin} before tensor {name} belong to no tensor");
            position = entry.End;
        }

        if (position != dataBytes) throw Refusal($"the last {dataBytes - position} bytes belong to no tensor");
    }

    private string ReadText(ref Utf8JsonReader reader)
    {
        _textBytes += reader.ValueSpan.Length;
        if (_textBytes > MaximumTextBytes) throw Refusal($"more than {MaximumTextBytes} bytes of names and metadata");
        return reader.GetString()!;
    }

    private SafeTensorsException Refusal(string reason) => new(_path, reason);

    // A name from a file, for a message: short, and without characters that act on a terminal.
    private static string Quoted(string name)
    {
        var shown = name.Length <= 80 ? name : name[..80] + "…";
        return "'" + string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c)) + "'";
    }
}
