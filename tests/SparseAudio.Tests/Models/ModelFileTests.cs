using SparseAudio.IO.SafeTensors;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Tests.Codec;
using SparseAudio.Training;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models;

[Collection("torch")]
public sealed class ModelFileTests : IDisposable
{
    private static readonly ModelConfig _small = SmallModels.PublishedConfig;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_comes_back_with_configuration_and_seed_and_rebuilds_the_same_sound()
    {
        using var scope = NewDisposeScope();
        using var model = Create(3);
        ModelFile.Save(model, _folder.File("weights"), seed: 3);

        using var loaded = ModelFile.Load(_folder.File("weights"));

        Assert.Equal(model.Config, loaded.Config);
        Assert.False(loaded.training);
        model.eval();
        var audio = empty([1, 1, _small.Samples], device: CPU).uniform_(-1, 1);
        using var noGradients = no_grad();
        Assert.True(model.forward(audio).eq(loaded.forward(audio)).all().item<bool>());
    }

    [Fact]
    public void Tables_that_follow_from_the_configuration_are_not_stored()
    {
        using var model = Create(3);

        ModelFile.Save(model, _folder.File("weights"), seed: 3);

        using var file = SafeTensorsFile.Open(_folder.File("weights"));
        Assert.Null(file.Find("res.atoms"));
        Assert.NotNull(file.Find("verb.verb.rooms"));
        Assert.NotNull(file.Find("encoder.proj.weight"));
    }

    [Fact]
    public void Weights_that_Python_saved_under_the_published_names_load_as_the_published_model()
    {
        var path = _folder.File("python");
        using (var published = ModelPreset.Build(new PublishedConfig() with { Rooms = 1 }, 1))
            SafeTensorsWriter.Save(path, published.state_dict());

        using var loaded = ModelFile.Load(path);

        Assert.Equal(new PublishedConfig() with { Rooms = 1 }, loaded.Config);
    }

    [Fact]
    public void A_weight_that_is_missing_is_never_taken_for_a_table()
    {
        using var model = Create(1);
        var state = model.state_dict();
        state.Remove("to_amp.weight");
        SafeTensorsWriter.Save(_folder.File("weights"), state, ("model", _small.ToJson()), ("derived", "to_amp.weight"));

        Assert.Contains("no tensor 'to_amp.weight'", Assert.Throws<SafeTensorsException>(() => ModelFile.Load(_folder.File("weights"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void In_half_precision_the_file_is_half_as_large_and_every_weight_is_the_nearest_of_16_bits()
    {
        using var scope = NewDisposeScope();
        using var model = Create(3);
        ModelFile.Save(model, _folder.File("whole"), seed: 3);

        ModelFile.Export(_folder.File("whole"), _folder.File("half"), half: true);

        Assert.InRange(new FileInfo(_folder.File("half")).Length / (double)new FileInfo(_folder.File("whole")).Length, 0.48, 0.52);
        using var loaded = ModelFile.Load(_folder.File("half"));
        var wanted = model.state_dict();
        foreach ((var name, var tensor) in loaded.state_dict())
        {
            Assert.Equal(wanted[name].dtype, tensor.dtype);
            // Ten bits after the first one; below 2⁻¹⁴ numbers are 2⁻²⁴ apart.
            Assert.True(((tensor - wanted[name]).abs() - wanted[name].abs() / 2048).max().item<float>() < 1e-7, name);
        }
    }

    [Fact]
    public void A_number_that_16_bits_cannot_hold_is_refused_and_nothing_written()
    {
        using var model = Create(3);
        using (no_grad()) model.named_parameters().First().parameter.fill_(70000);

        var message = Assert.Throws<SafeTensorsException>(() => ModelFile.Save(model, _folder.File("half"), half: true)).Message;

        Assert.Contains(model.named_parameters().First().name, message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("half")));
    }

    [Fact]
    public void What_is_no_model_is_refused()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Save(_folder.File("other"), new Dictionary<string, Tensor> { ["a"] = zeros([1], device: CPU) });
        SafeTensorsWriter.Save(_folder.File("odd"), new Dictionary<string, Tensor> { ["a"] = zeros([1], device: CPU) }, ("model", """{"model":"published","name":"odd","events":0}"""));

        Assert.Contains(
            "is no model", Assert.Throws<SafeTensorsException>(() => ModelFile.Load(_folder.File("other"))).Message, StringComparison.Ordinal);
        Assert.Contains("Events", Assert.Throws<SafeTensorsException>(() => ModelFile.Load(_folder.File("odd"))).Message, StringComparison.Ordinal);
        Assert.Contains("no checkpoint in this folder", Assert.Throws<SafeTensorsException>(() => ModelFile.Load(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    private static SparseAudioModel Create(long seed)
    {
        var model = ModelPreset.Build(_small, seed);
        using var scope = NewDisposeScope();
        model.SetReverbResponses(empty([_small.Rooms, _small.Samples], device: CPU).uniform_(-1, 1));
        return model;
    }
}
