using System.Text;
using SparseAudio.Parity;
using Xunit;

namespace SparseAudio.Tests.Parity;

public sealed class NumpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_array_keeps_its_shape_and_order()
    {
        var array = NumpyFile.Read(_folder.Write("a.npy", File("<f4", "(2, 2)", [1f, 2f, 3f, -4f])));

        Assert.Equal([2, 2], array.Shape);
        Assert.Equal([1, 2, 3, -4], array.Values);
    }

    [Fact]
    public void Numbers_of_no_dimension_are_read()
    {
        Assert.Equal([7], NumpyFile.Read(_folder.Write("a.npy", File("<f4", "()", [7f]))).Values);
    }

    [Theory]
    [InlineData("<f4", "(3,)", "12 bytes")]
    [InlineData("<f4", "(4294967295, 4294967295, 4294967295)", "bytes")]
    [InlineData("<f4", "(99999999999999,)", "list of sizes")]
    [InlineData("|O", "(2,)", "not supported")]
    [InlineData(">f4", "(2,)", "not supported")]
    public void A_header_that_does_not_fit_is_refused(string type, string shape, string complaint)
    {
        var path = _folder.Write("a.npy", File(type, shape, [1f, 2f]));

        var problem = Assert.Throws<GoldenException>(() => NumpyFile.Read(path));
        Assert.Contains(path, problem.Message);
        Assert.Contains(complaint, problem.Message);
    }

    [Fact]
    public void No_truncation_is_read_as_an_array()
    {
        var whole = File("<f4", "(2,)", [1f, 2f]);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("a.npy", whole[..length]);
            Assert.Throws<GoldenException>(() => NumpyFile.Read(path));
        }
    }

    private static byte[] File(string type, string shape, float[] values)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. values.SelectMany(
            BitConverter.GetBytes)];
    }
}
