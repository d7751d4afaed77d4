using System.Text.Json;
using System.Text.Unicode;

namespace SparseAudio.IO.SafeTensors;

/// <summary>
/// Reads the JSON header of a safetensors file and refuses whatever the format does not allow. Nothing here depends on
/// the tensors' bytes, so a whole file is judged before any memory is taken for them.
/// </summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The format's own limit for the header, in bytes.</summary>
    public const long MaximumBytes = 100_000_000;

    // Header text becomes strings and objects of several times its size; these limits keep that below 64 MB.
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

    /// <summary>The header's free text, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads and judges a header.</summary>
    /// <param name="path">The file's name for messages.</param>
    /// <param name="json">The header's bytes, without the eight that hold its length.</param>
    /// <param name="dataBytes">How many bytes follow the header.</param>
    /// <returns>The header.</returns>
    /// <exception cref="SafeTensorsException">The header breaks a rule of the format.</exception>
    public static SafeTensorsHeader Parse(string path, ReadOnlySpan<byte> json, long dataBytes)
    {
        var header = new SafeTensorsHeader(path);
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw header.Bad("the header does not begin with '{'; this is no safetensors file");
        }

        if (!Utf8.IsValid(json))
        {
            throw header.Bad("the header is not UTF-8");
        }

        try
        {
            header.ReadTop(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new SafeTensorsException(path, $"the header is not valid JSON ({e.Message.Split('\n')[0]})", e);
        }

        header.Order(dataBytes);
        return header;
    }

    private void ReadTop(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = ReadText(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Bad($"{Quoted(name)} is not an object");
            }

            if (name == "__metadata__")
            {
                ReadMetadata(ref reader);
            }
            else if (_entries.Count == MaximumTensors)
            {
                throw Bad($"more than {MaximumTensors} tensors");
            }
            else if (!_entries.TryAdd(name, ReadTensor(ref reader, name)))
            {
                throw Bad($"the name {Quoted(name)} occurs twice");
            }
        }

        // Only padding may follow; the reader throws at anything else.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_hasMetadata)
        {
            throw Bad("'__metadata__' occurs twice");
        }

        _hasMetadata = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = ReadText(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Bad($"the metadata {Quoted(key)} is not a string");
            }

            if (!_metadata.TryAdd(key, ReadText(ref reader)))
            {
                throw Bad($"the metadata {Quoted(key)} occurs twice");
            }
        }
    }

    private SafeTensorsEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        SafeTensorsType? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = ReadText(ref reader);
            reader.Read();
            bool repeated = field switch
            {
                "dtype" => type is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Bad($"tensor {Quoted(name)} has an unknown field {Quoted(field)}"),
            };
            if (repeated)
            {
                throw Bad($"tensor {Quoted(name)} has two fields {Quoted(field)}");
            }

            if (field == "dtype")
            {
                type = ReadType(ref reader, name);
            }
            else if (field == "shape")
            {
                shape = ReadNumbers(ref reader, name, field, MaximumDimensions);
            }
            else
            {
                offsets = ReadNumbers(ref reader, name, field, 2);
            }
        }

        if (type is null || shape is null || offsets is not { Count: 2 })
        {
            throw Bad($"tensor {Quoted(name)} needs dtype, shape and two data_offsets");
        }

        return Checked(new SafeTensorsEntry(name, type.Value, shape, offsets[0], offsets[1]));
    }

    private SafeTensorsType ReadType(ref Utf8JsonReader reader, string name)
    {
        string text = reader.TokenType == JsonTokenType.String ? ReadText(ref reader) : "";
        return SafeTensorsTypes.TryParse(text, out SafeTensorsType type)
            ? type
            : throw Bad($"tensor {Quoted(name)} has the unknown dtype {Quoted(text)}");
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string field, int most)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Bad($"the {field} of tensor {Quoted(name)} is not a list");
        }

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Bad($"the {field} of tensor {Quoted(name)} holds something else than whole numbers from 0");
            }

            if (numbers.Count == most)
            {
                throw Bad($"the {field} of tensor {Quoted(name)} has more than {most} numbers");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private SafeTensorsEntry Checked(SafeTensorsEntry entry)
    {
        if (entry.End < entry.Begin)
        {
            throw Bad($"the data_offsets of tensor {Quoted(entry.Name)} are out of order: {entry.Begin} to {entry.End}");
        }

        if (!SafeTensorsEntry.TryCountBytes(entry.Type, entry.Shape, out long bytes))
        {
            throw Bad($"the shape of tensor {Quoted(entry.Name)} is too large");
        }

        return bytes == entry.ByteCount ? entry : throw Bad(
            $"tensor {Quoted(entry.Name)} has {entry.ByteCount} bytes, but its dtype and shape take {bytes}");
    }

    // The header may name the tensors in any order (old writers do), but their bytes must follow each other without gap or overlap.
    private void Order(long dataBytes)
    {
        Entries = [.. _entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long position = 0;
        foreach (SafeTensorsEntry entry in Entries)
        {
            if (entry.End > dataBytes)
            {
                throw Bad($"tensor {Quoted(entry.Name)} ends at byte {entry.End}, but there are only {dataBytes}; the file is cut short");
            }

            if (entry.Begin != position)
            {
                throw Bad(entry.Begin < position
                    ? $"tensor {Quoted(entry.Name)} overlaps the one before it at byte {entry.Begin}"
                    : $"the bytes {position} to {entry.Begin} before tensor {Quoted(entry.Name)} belong to no tensor");
            }

            position = entry.End;
        }

        if (position != dataBytes)
        {
            throw Bad($"the last {dataBytes - position} bytes belong to no tensor");
        }
    }

    private string ReadText(ref Utf8JsonReader reader)
    {
        _textBytes += reader.ValueSpan.Length;
        return _textBytes <= MaximumTextBytes
            ? reader.GetString()!
            : throw Bad($"more than {MaximumTextBytes} bytes of names and metadata");
    }

    private SafeTensorsException Bad(string reason) => new(_path, reason);

    /// <summary>A name from a file for a message: short, and without characters that act on a terminal.</summary>
    private static string Quoted(string name)
    {
        string shown = name.Length <= 80 ? name : name[..80] + "…";
        return "'" + string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c)) + "'";
    }
}
