using System.Text;
using SparseAudio.IO.SafeTensors;
using Xunit;

namespace SparseAudio.Tests.IO.SafeTensors;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_as_Python_writes_it_is_read()
    {
        using var file = Open(SafeTensorsBytes.PythonFixture());

        Assert.Equal(["a", "b", "h"], file.Entries.Select(entry => entry.Name));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Empty(file.Find("a")!.Shape);
        Assert.Equal([0.5f], file.Read<float>("a", SafeTensorsType.F32));
        Assert.Equal([2L, 2L], file.Find("b")!.Shape);
        Assert.Equal<int[]>([1, 2, 3, 4], file.Read<int>("b", SafeTensorsType.I32));
        Assert.Equal([(Half)1.5f], file.Read<Half>("h", SafeTensorsType.F16));
    }

    [Fact]
    public void The_same_tensors_are_written_as_the_very_bytes_that_Python_writes()
    {
        var writer = new SafeTensorsWriter();
        writer.Metadata["format"] = "pt";
        writer.Add<int>("b", SafeTensorsType.I32, [2, 2], new[] { 1, 2, 3, 4 });
        writer.Add<Half>("h", SafeTensorsType.F16, [1], new[] { (Half)1.5f });
        writer.Add<float>("a", SafeTensorsType.F32, [], new[] { 0.5f });
        var python = SafeTensorsBytes.PythonFixture();

        writer.Save(_folder.File("ours"));

        Assert.Equal(python, File.ReadAllBytes(_folder.File("ours")));
    }

    [Fact]
    public void The_header_may_name_the_tensors_in_any_order()
    {
        using var file = Open(SafeTensorsBytes.File(
            """{"late":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"early":{"shape":[2],"data_offsets":[0,2],"dtype":"U8"}}""", 1, 2, 3));

        Assert.Equal([3], file.Read<byte>("late", SafeTensorsType.U8));
        Assert.Equal(["early", "late"], file.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void Empty_tensors_and_empty_files_are_good()
    {
        using var file = Open(SafeTensorsBytes.File(
            """{"a":{"dtype":"F64","shape":[0,7],"data_offsets":[0,0]},"b":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]},"c":{"dtype":"BF16","shape":[3,0],"data_offsets":[1,1]}}""", 1));
        Assert.Equal(3, file.Entries.Count);

        using var nothing = Open(SafeTensorsBytes.File("{}"));
        Assert.Empty(nothing.Entries);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "'b' overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", "out of order")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "ends at byte 5")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9000000000000],"data_offsets":[0,9000000000000]}}""", "ends at byte")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "bytes 1 to 2 before")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "last 1 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "bytes 0 to 1 before")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "take 8")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", "too large")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4611686018427387904,4,0],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "too large")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", "shape of tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}""", "shape of tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":["4"],"data_offsets":[0,4]}}""", "shape of tensor 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}""", "not a list")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}}""", "more than 32")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}""", "more than 2")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}}""", "needs dtype")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551616]}}""", "data_offsets of tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", "unknown dtype 'F33'")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", "unknown dtype 'f32'")]
    [InlineData("""{"a":{"dtype":"7","shape":[1],"data_offsets":[0,4]}}""", "unknown dtype '7'")]
    [InlineData("""{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", "unknown dtype")]
    [InlineData("""{"a":{"shape":[4],"data_offsets":[0,4]}}""", "needs dtype")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "two fields 'dtype'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"extra":{}}}""", "unknown field 'extra'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "occurs twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""", "occurs twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "occurs twice")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "occurs twice")]
    [InlineData("""{"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "not a string")]
    [InlineData("""{"__metadata__":{"k":{"deep":"x"}},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "not a string")]
    [InlineData("""{"a":[1,2]}""", "not an object")]
    [InlineData("""{"a":{"dtype":"U8","shape":[[[[4]]]],"data_offsets":[0,4]}}""", "not valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}x""", "not valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}""", "not valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},}""", "not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "not valid JSON")]
    [InlineData("""/**/{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "does not begin")]
    [InlineData(""" {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "does not begin")]
    [InlineData("""[]""", "does not begin")]
    [InlineData("", "does not begin")]
    public void What_the_format_forbids_is_refused_with_the_reason(string header, string reason)
    {
        var error = Assert.Throws<SafeTensorsException>(() => Open(SafeTensorsBytes.File(header, 1, 2, 3, 4)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.File("file"), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(100_000_001UL, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(1UL << 63, "at most 100000000")]
    [InlineData(99_999_999UL, "cut short")]
    [InlineData(3UL, "cut short")]
    public void A_header_length_that_cannot_be_true_is_refused_before_memory_is_taken(ulong length, string reason)
    {
        var bytes = SafeTensorsBytes.File(length, "{}"u8.ToArray(), []);
        _ = Assert.Throws<SafeTensorsException>(() => Open(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<SafeTensorsException>(() => Open(bytes));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2_000_000);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        var header = Encoding.Latin1.GetBytes("""{"ä":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""");

        var error = Assert.Throws<SafeTensorsException>(() => Open(SafeTensorsBytes.File(header)));

        Assert.Contains("not UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_without_room_for_the_header_length_is_refused(int length)
    {
        var error = Assert.Throws<SafeTensorsException>(() => Open(new byte[length]));

        Assert.Contains($"only {length} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deeply_nested_header_is_refused_without_filling_the_stack()
    {
        var deep = "{\"a\":" + new string('[', 1_000_000);

        _ = Assert.Throws<SafeTensorsException>(() => Open(SafeTensorsBytes.File(deep)));
    }

    [Fact]
    public void A_header_of_millions_of_names_is_refused_before_it_fills_the_memory()
    {
        var header = new StringBuilder("{");
        for (var i = 0; i < 400_000; i++)
            header.Append(i == 0 ? "" : ",").Append('"').Append(i).Append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");

        var bytes = SafeTensorsBytes.File(header.Append('}').ToString());
        File.WriteAllBytes(_folder.File("file"), bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<SafeTensorsException>(() => SafeTensorsFile.Open(_folder.File("file")));

        Assert.Contains("more than", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes.Length + 64_000_000);
    }

    [Fact]
    public void A_name_cannot_act_on_the_terminal_through_the_message()
    {
        var error = Assert.Throws<SafeTensorsException>(() => Open(SafeTensorsBytes.File(
            """{"\u001b[2J":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""")));

        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        Assert.Contains(
            "cannot be read", Assert.Throws<SafeTensorsException>(() => SafeTensorsFile.Open(_folder.File("none"))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "cannot be read", Assert.Throws<SafeTensorsException>(() => SafeTensorsFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_type_or_name_is_refused_when_read()
    {
        using var file = Open(SafeTensorsBytes.PythonFixture());

        Assert.Contains("is I32, expected F32", Assert.Throws<SafeTensorsException>(() => file.Read<float>("b", SafeTensorsType.F32)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no tensor 'z'", Assert.Throws<SafeTensorsException>(() => file.Read<float>("z", SafeTensorsType.F32)).Message, StringComparison.Ordinal);
    }

    private SafeTensorsFile Open(byte[] bytes)
    {
        File.WriteAllBytes(_folder.File("file"), bytes);
        return SafeTensorsFile.Open(_folder.File("file"));
    }
}
