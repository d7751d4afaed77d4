using SparseAudio.IO.SafeTensors;
using SparseAudio.Tests.Training;
using SparseAudio.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.IO.SafeTensors;

[Collection("torch")]
public sealed class StrictStateLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Tensors_of_every_type_and_layout_come_back()
    {
        var counted = arange(6, dtype: ScalarType.Float32, device: CPU).view(2, 3);
        var tensors = new Dictionary<string, Tensor>
        {
            ["scalar"] = tensor(2.5f, device: CPU),
            ["transposed"] = counted.t(),
            ["double"] = tensor(new[] { 0.1, 1e300 }, device: CPU),
            ["long"] = tensor(new[] { 1L, long.MinValue }, device: CPU),
            ["bool"] = counted.gt(2),
            ["empty"] = zeros([0, 3], device: CPU),
        };

        SafeTensorsWriter.Save(_folder.File("file"), tensors, ("who", "test"));

        using var file = SafeTensorsFile.Open(_folder.File("file"));
        Assert.Equal(tensors.Keys.Order(), file.Entries.Select(entry => entry.Name).Order());
        foreach ((var name, var tensor) in tensors)
        {
            var loaded = file.ReadTensor(file.Find(name)!);
            Assert.Equal(tensor.dtype, loaded.dtype);
            Assert.Equal(tensor.shape, loaded.shape);
            Assert.True(loaded.eq(tensor).all().item<bool>(), name);
        }

        Assert.Equal("test", file.Metadata["who"]);
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], file.Read<float>("transposed", SafeTensorsType.F32));
    }

    [Fact]
    public void A_module_comes_back_whole()
    {
        using var source = new TinyModel(1);
        using var target = new TinyModel(2);
        SafeTensorsWriter.Save(_folder.File("file"), source.state_dict());

        Load(target);

        Assert.Equal(Bytes(source), Bytes(target));
    }

    [Theory]
    [InlineData("missing", "has no tensor 'up.bias'")]
    [InlineData("unknown", "'surplus' has no place")]
    [InlineData("shape", "'up.bias' has the shape [7]")]
    [InlineData("type", "'up.bias' is F64")]
    [InlineData("nan", "'up.bias' holds NaN")]
    [InlineData("cut", "cut short")]
    public void What_does_not_fit_is_refused_and_the_module_untouched(string damage, string reason)
    {
        using var source = new TinyModel(1);
        using var target = new TinyModel(2);
        var before = Bytes(target);
        var state = source.state_dict();
        switch (damage)
        {
            case "missing":
                state.Remove("up.bias");
                break;
            case "unknown":
                state["surplus"] = zeros([1], device: CPU);
                break;
            case "shape":
                state["up.bias"] = zeros([7], device: CPU);
                break;
            case "type":
                state["up.bias"] = zeros(state["up.bias"].shape, dtype: ScalarType.Float64, device: CPU);
                break;
            case "nan":
                state["up.bias"] = state["up.bias"] * float.NaN;
                break;
        }

        SafeTensorsWriter.Save(_folder.File("file"), state);
        if (damage == "cut")
        {
            using var file = File.OpenWrite(_folder.File("file"));
            file.SetLength(file.Length - 100);
        }

        var error = Assert.Throws<SafeTensorsException>(() => Load(target));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bytes(target));
    }

    [Fact]
    public void A_checkpoint_is_told_from_other_files()
    {
        using var model = new TinyModel(1);
        SafeTensorsWriter.Save(_folder.File("file"), model.state_dict());

        Assert.Contains(
            "no checkpoint", Assert.Throws<SafeTensorsException>(() => Checkpoint.Open(_folder.File("file"))).Message, StringComparison.Ordinal);
    }

    private void Load(TinyModel model)
    {
        using var file = SafeTensorsFile.Open(_folder.File("file"));
        var loader = new StrictStateLoader(file);
        loader.ExpectAll(model.state_dict());
        loader.Load();
    }

    private static byte[] Bytes(TinyModel model) =>
        [.. model.state_dict().OrderBy(item => item.Key, StringComparer.Ordinal).SelectMany(item => item.Value.bytes.ToArray())];
}
