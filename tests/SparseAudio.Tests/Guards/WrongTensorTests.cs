using Xunit;

namespace SparseAudio.Tests.Guards;

/// <summary>
/// Every public member of the library that takes tensors refuses wrong ones by the name of the parameter, before they come to torch,
/// where some of them end the process.
/// </summary>
[Collection("torch")]
public sealed class WrongTensorTests
{
    private static readonly TensorCall[] _calls = [.. SignalCalls.All(), .. ModelCalls.All(), .. LossCalls.All()];

    // LossTests: a part of a loss is a single number, which is wrong everywhere else.
    private static readonly string[] _elsewhere = ["Losses.LossParts.Of"];

    public static TheoryData<string> Members => [.. _calls.Select(call => call.Name).Distinct()];

    [Theory]
    [MemberData(nameof(Members))]
    public void Wrong_shapes_types_and_devices_are_refused_by_name(string member)
    {
        var faults = _calls.Where(call => call.Name == member).SelectMany(call => call.Faults()).ToList();

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public void No_member_that_takes_tensors_is_left_out()
    {
        var leftOut = TensorMembers.Names().Except([.. _calls.Select(call => call.Name), .. _elsewhere]).ToList();

        Assert.True(leftOut.Count == 0, string.Join("\n", leftOut));
    }
}
