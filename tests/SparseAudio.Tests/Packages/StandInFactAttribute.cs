using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>A test about the stand-ins themselves: skipped where the real packages are used.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute() => Skip = StandInTheoryAttribute.ReasonToSkip;
}

/// <summary>A theory about the stand-ins themselves: skipped where the real packages are used.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StandInTheoryAttribute : TheoryAttribute
{
    public StandInTheoryAttribute() => Skip = ReasonToSkip;

    internal static string? ReasonToSkip => StandIns.InUse ? null : "this build uses the real packages, and the test is about their stand-ins";
}
