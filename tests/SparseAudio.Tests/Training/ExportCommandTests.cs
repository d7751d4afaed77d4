using SparseAudio.Models.Presets;
using SparseAudio.Tests.Cli;
using SparseAudio.Tests.Codec;
using SparseAudio.Training;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingBench _bench = new();

    public void Dispose()
    {
        _folder.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void A_trainings_weights_are_exported_without_what_resuming_needs()
    {
        var config = _folder.File("config.json");
        File.WriteAllText(config, Small.ToJson());
        Succeed("train", "--model-config", config, "--data", Repository.Path("data", "test"), "--out", _bench.Out("run"), "--steps", "2",
            "--batch", "1", "--device", "cpu");

        Succeed("export", _bench.Out("run"), _folder.File("model.safetensors"));

        using var scope = NewDisposeScope();
        using var trained = ModelFile.Load(_bench.Out("run"));
        using var exported = ModelFile.Load(_folder.File("model.safetensors"));
        var wanted = trained.state_dict();
        Assert.All(exported.state_dict(), item => Assert.True(item.Value.eq(wanted[item.Key]).all().item<bool>(), item.Key));
        Assert.InRange(new FileInfo(_folder.File("model.safetensors")).Length, 1,
            new FileInfo(_bench.Files("run").Select(name => Path.Combine(_bench.Out("run"), name)).Last()).Length / 2);
    }

    [Fact]
    public void Nothing_is_overwritten_and_no_checkpoint_replaced_by_its_own_export()
    {
        var there = _folder.File("there.safetensors");
        using (var model = ModelPreset.Build(SmallModels.WorkbookConfig)) ModelFile.Save(model, there);
        var before = File.ReadAllBytes(there);

        var same = CliProcess.Run("export", there, there, "--force");
        File.WriteAllText(_folder.File("other.safetensors"), "mine");
        var exists = CliProcess.Run("export", there, _folder.File("other.safetensors"));
        var missing = CliProcess.Run("export", _folder.File("none"), _folder.File("new"));

        Assert.Equal((1, 1, 1), (same.ExitCode, exists.ExitCode, missing.ExitCode));
        Assert.Contains("is the input", same.Error, StringComparison.Ordinal);
        Assert.Contains("--force", exists.Error, StringComparison.Ordinal);
        Assert.Contains("no such checkpoint", missing.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(there));
        Assert.Equal("mine", File.ReadAllText(_folder.File("other.safetensors")));
    }

    private static void Succeed(params string[] arguments)
    {
        var result = CliProcess.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
