using SparseAudio.Models;
using TorchSharp;
using Xunit;

namespace SparseAudio.Tests.Models;

public sealed class DeviceChoiceTests
{
    private static readonly GpuState _none = new(0, Driver: false, Package: false, Whole: false);
    private static readonly GpuState _two = new(2, Driver: true, Package: true, Whole: true);

    [Fact]
    public void Auto_takes_a_gpu_where_there_is_one_and_says_so()
    {
        var choice = DeviceChoice.From("auto", _two);

        Assert.Equal(DeviceType.CUDA, choice.Device.type);
        Assert.Equal(0, choice.Device.index);
        Assert.Contains("cuda:0", choice.Reason, StringComparison.Ordinal);
        Assert.Equal(DeviceType.CPU, DeviceChoice.From("auto", _none).Device.type);
        Assert.Contains("no GPU", DeviceChoice.From("auto", _none).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda", 0)]
    [InlineData("cuda:1", 1)]
    public void A_gpu_is_taken_by_its_number(string name, int index) => Assert.Equal(index, DeviceChoice.From(name, _two).Device.index);

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:1")]
    [InlineData("CPU")]
    [InlineData("")]
    public void A_name_that_is_none_is_answered_with_those_that_are(string name) =>
        Assert.Contains("use auto, cpu, cuda", Assert.Throws<DeviceException>(() => DeviceChoice.From(name, _two)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_gpu_too_many_is_answered_with_the_last_there_is() =>
        Assert.Contains(
            "the last being cuda:1", Assert.Throws<DeviceException>(() => DeviceChoice.From("cuda:2", _two)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false, false, false, "nvidia-smi")]
    [InlineData(true, false, false, "-p:TorchDevice=cuda")]
    [InlineData(true, true, false, "./workbook clean")]
    [InlineData(true, true, true, "update it")]
    public void What_is_missing_is_named_in_the_order_in_which_one_looks(bool driver, bool package, bool whole, string wayOut) =>
        Assert.Contains(wayOut, Assert.Throws<DeviceException>(() => DeviceChoice.From("cuda", new GpuState(0, driver, package, whole))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void What_torch_said_is_passed_on() =>
        Assert.Contains("too old",
            Assert.Throws<DeviceException>(() => DeviceChoice.From("cuda", new GpuState(0, true, true, true, "too old")))
                .Message, StringComparison.Ordinal);

    [Fact]
    public void Looking_at_this_machine_throws_nothing_and_leads_to_a_device() => Assert.NotEmpty(DeviceChoice.From("auto").Reason);
}
